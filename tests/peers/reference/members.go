package main

import (
	"bufio"
	"compress/gzip"
	"fmt"
	"io"
)

// members decompresses a blob gzip member by gzip member and remembers where each starts, in the blob and in the tar.
type members struct {
	in        *exact
	gzip      *gzip.Reader
	open      bool             // inside a member
	out       int64            // tar bytes read so far
	last      int64            // start of the last member
	starts    map[int64]int64  // offset in the blob -> offset in the tar
	subfields map[int64][]byte // offset in the blob -> data of an Extra field's subfield (RFC 1952, 2.3.1.1)
}

func newMembers(r io.Reader) *members {
	return &members{in: &exact{r: bufio.NewReaderSize(r, 1<<20)}, starts: map[int64]int64{}, subfields: map[int64][]byte{}}
}

// Read returns io.EOF only where the blob ends between two members.
func (m *members) Read(p []byte) (int, error) {
	for {
		if !m.open {
			if err := m.next(); err != nil {
				return 0, err
			}
		}
		n, err := m.gzip.Read(p)
		m.out += int64(n)
		if err == io.EOF {
			m.open, err = false, nil
		} else if err != nil {
			err = fmt.Errorf("gzip member at %d: %w", m.last, err)
		}
		if n > 0 || err != nil {
			return n, err
		}
	}
}

func (m *members) next() (err error) {
	if _, err := m.in.r.Peek(1); err != nil {
		return err
	}
	m.last = m.in.n
	if m.gzip == nil {
		m.gzip, err = gzip.NewReader(m.in)
	} else {
		err = m.gzip.Reset(m.in)
	}
	if err != nil {
		return fmt.Errorf("gzip member at %d: %w", m.last, err)
	}
	m.gzip.Multistream(false)
	m.starts[m.last], m.open = m.out, true
	for at, extra := m.last+12, m.gzip.Extra; len(extra) >= 4; {
		size := 4 + int(extra[2]) + int(extra[3])<<8
		if size > len(extra) {
			break
		}
		m.subfields[at+4] = extra[4:size]
		at, extra = at+int64(size), extra[size:]
	}
	return nil
}

// exact is an io.ByteReader, so that gzip takes no byte more than the member has.
type exact struct {
	r *bufio.Reader
	n int64
}

func (e *exact) Read(p []byte) (int, error) {
	n, err := e.r.Read(p)
	e.n += int64(n)
	return n, err
}

func (e *exact) ReadByte() (byte, error) {
	b, err := e.r.ReadByte()
	if err == nil {
		e.n++
	}
	return b, err
}
