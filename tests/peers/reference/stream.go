package main

import (
	"archive/tar"
	"crypto/sha256"
	"fmt"
	"hash"
	"io"
	"path"
	"strings"

	"github.com/containerd/stargz-snapshotter/estargz"
)

// stream compares the tar with the TOC in one pass over the decompressed blob, with a reader that knows no eStargz.
type stream struct {
	layer   *layerReport
	members *members
	diffID  hash.Hash
	in      io.Reader // members, digested on the way
	archive *tar.Reader
	entries []*tocEntry
	names   map[string]bool
	users   map[int]string
	groups  map[int]string
	copies  []chunkCopy
}

func newStream(l *layerReport, blob *io.SectionReader, entries []*tocEntry) *stream {
	m, diffID := newMembers(io.NewSectionReader(blob, 0, blob.Size())), sha256.New()
	in := io.TeeReader(m, diffID)
	return &stream{
		layer: l, members: m, diffID: diffID, in: in, archive: tar.NewReader(in), entries: entries,
		names: map[string]bool{}, users: map[int]string{}, groups: map[int]string{},
	}
}

func (s *stream) drain() {
	if _, err := io.Copy(io.Discard, s.in); err != nil {
		s.layer.fail("%v", err)
	}
	s.verifyCopies()
	verifyTotals(s.layer, s.members, fmt.Sprintf("sha256:%x", s.diffID.Sum(nil)))
}

func (s *stream) verify() {
	defer s.drain()
	rest := s.entries
	for {
		header, err := s.archive.Next()
		if err != nil {
			s.layer.fail("the tar ends without a TOC: %v", err)
			return
		}
		if header.Typeflag == tar.TypeXGlobalHeader {
			continue
		}
		if header.Name == estargz.TOCTarName {
			break
		}
		if len(rest) == 0 {
			s.layer.fail("%s: in the tar, not in the TOC", header.Name)
			return
		}
		chunks := 1
		for chunks < len(rest) && rest[chunks].Type == "chunk" {
			chunks++
		}
		s.entry(header, rest[:chunks])
		rest = rest[chunks:]
	}
	if len(rest) > 0 {
		s.layer.fail("%s: in the TOC, not in the tar", rest[0].Name)
	}
	if s.layer.Landmark == "" {
		s.layer.fail("no landmark: what is prefetched would depend on the client's settings")
	} else if s.layer.Landmark == estargz.NoPrefetchLandmark {
		s.layer.Prioritized = nil
	}
}

// entry takes one tar entry with its TOC entry and the chunk entries that follow it.
func (s *stream) entry(h *tar.Header, chunks []*tocEntry) {
	l, e := s.layer, chunks[0]
	l.Entries++
	l.Files = append(l.Files, &fileEntry{e.Name, e.Type, e.Size, e.Mode, e.UID, e.GID, e.LinkName, e.ModTime, e.Digest})
	s.metadata(h, e)
	if l.Landmark == "" && e.Name != estargz.PrefetchLandmark {
		l.Prioritized = append(l.Prioritized, e.Name)
	}
	name := clean(e.Name)
	if s.names[name] {
		l.fail("%s: twice in the TOC", e.Name)
	}
	s.names[name] = true
	if e.Type == "hardlink" && !s.names[clean(e.LinkName)] {
		l.fail("%s: a hard link to %s, which does not precede it", e.Name, e.LinkName)
	}
	if e.Type != "reg" {
		if len(chunks) > 1 {
			l.fail("%s: chunks of what is no regular file", e.Name)
		}
		return
	}
	s.payload(h, chunks)
	s.landmark(e)
}

func (s *stream) landmark(e *tocEntry) {
	l := s.layer
	switch {
	case e.Name != estargz.PrefetchLandmark && e.Name != estargz.NoPrefetchLandmark:
		return
	case l.Landmark != "":
		l.fail("%s: a second landmark after %s", e.Name, l.Landmark)
	case e.Digest != sum([]byte{0xf}):
		l.fail("%s: its content is not the one byte 0f", e.Name)
	}
	l.Landmark = e.Name
	if e.Name == estargz.PrefetchLandmark {
		l.PrefetchSize = e.Offset
	}
}

// payload compares a file's bytes, whole and chunk by chunk, and where its members start.
func (s *stream) payload(h *tar.Header, chunks []*tocEntry) {
	l, e := s.layer, chunks[0]
	if e.Size != h.Size {
		l.fail("%s: %d bytes in the TOC, %d in the tar", e.Name, e.Size, h.Size)
		return
	}
	whole, position := sha256.New(), int64(0)
	for i, c := range chunks {
		size := c.ChunkSize
		if i == len(chunks)-1 && size == 0 {
			size = e.Size - position
		}
		if c.ChunkOffset != position || size < 0 || size > e.Size-position || (size == 0 && e.Size > 0) {
			l.fail("%s: chunk at %d with %d bytes, expected one at %d", e.Name, c.ChunkOffset, size, position)
			return
		}
		began, chunk := s.members.out, sha256.New()
		if _, err := io.CopyN(io.MultiWriter(whole, chunk), s.archive, size); err != nil {
			l.fail("%s: %v", e.Name, err)
			return
		}
		position += size
		if e.Size == 0 {
			break
		}
		l.same(fmt.Sprintf("%s: the digest of the chunk at %d", e.Name, c.ChunkOffset), "sha256:"+strings.TrimPrefix(c.ChunkDigest, "sha256:"), fmt.Sprintf("sha256:%x", chunk.Sum(nil)))
		start, ok := s.members.starts[c.Offset]
		if !ok && l.expected.nested && c.InnerOffset == 0 {
			s.copies = append(s.copies, chunkCopy{e.Name, c.ChunkOffset, c.Offset, fmt.Sprintf("%x", chunk.Sum(nil))})
		} else if !ok || start+c.InnerOffset != began {
			l.fail("%s: the chunk at %d is not at offset %d (member there: %v)", e.Name, c.ChunkOffset, c.Offset, ok)
		}
	}
	if position != e.Size {
		l.fail("%s: its chunks have %d of %d bytes", e.Name, position, e.Size)
	}
	if actual := fmt.Sprintf("sha256:%x", whole.Sum(nil)); e.Digest != actual {
		l.fail("%s: its digest is %s, the TOC says %q", e.Name, actual, e.Digest)
	}
}

func clean(name string) string { return strings.TrimPrefix(path.Clean("/"+name), "/") }
