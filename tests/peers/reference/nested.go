package main

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"fmt"
	"io"
)

// chunkCopy is a chunk whose offset is that of no member: a copy in an Extra field must have the bytes of the tar.
type chunkCopy struct {
	name        string
	chunkOffset int64
	offset      int64
	sum         string
}

func (s *stream) verifyCopies() {
	for _, c := range s.copies {
		actual, err := s.readCopy(c.offset)
		if err != nil {
			s.layer.fail("%s: the chunk at %d is not at offset %d: %v", c.name, c.chunkOffset, c.offset, err)
		} else if actual != c.sum {
			s.layer.fail("%s: the copy of the chunk at %d is not what the tar holds", c.name, c.chunkOffset)
		}
		s.layer.Nested++
	}
}

// readCopy returns the digest of what the one member that fills a subfield holds.
func (s *stream) readCopy(offset int64) (string, error) {
	subfield, ok := s.members.subfields[offset]
	if !ok {
		return "", fmt.Errorf("neither a member nor a subfield begins there")
	}
	in := bytes.NewReader(subfield)
	member, err := gzip.NewReader(in)
	if err != nil {
		return "", err
	}
	member.Multistream(false)
	digest := sha256.New()
	if _, err := io.Copy(digest, member); err != nil {
		return "", err
	}
	if in.Len() > 0 {
		return "", fmt.Errorf("%d bytes follow the member in its subfield", in.Len())
	}
	return fmt.Sprintf("%x", digest.Sum(nil)), nil
}
