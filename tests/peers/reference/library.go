package main

import (
	"io"

	"github.com/containerd/stargz-snapshotter/estargz"
	digest "github.com/opencontainers/go-digest"
)

// verifyByLibrary reads every chunk of every file as the snapshotter does: through the library, checked by its verifier.
func verifyByLibrary(l *layerReport, blob *io.SectionReader, entries []*tocEntry) {
	reader, err := estargz.Open(blob)
	if err != nil {
		l.fail("the library does not open it: %v", err)
		return
	}
	l.same("the TOC's digest, says the library,", l.TOCDigest, reader.TOCDigest().String())
	verifier, err := reader.VerifyTOC(digest.Digest(l.TOCDigest))
	if err != nil {
		l.fail("the library does not verify its TOC: %v", err)
		return
	}
	var buffer []byte
	for _, e := range entries {
		if e.Type != "reg" || e.Size == 0 {
			continue
		}
		file, err := reader.OpenFile(e.Name)
		if err != nil {
			l.fail("%s: the library does not open it: %v", e.Name, err)
			continue
		}
		for position := int64(0); position < e.Size; {
			c, ok := reader.ChunkEntryForOffset(e.Name, position)
			if !ok || c.ChunkOffset != position || c.ChunkSize <= 0 || c.ChunkSize > e.Size-position || c.ChunkSize > l.UncompressedSize {
				l.fail("%s: the library has no chunk that starts at %d", e.Name, position)
				break
			}
			if int64(cap(buffer)) < c.ChunkSize {
				buffer = make([]byte, c.ChunkSize)
			}
			chunk := buffer[:c.ChunkSize]
			if _, err := file.ReadAt(chunk, position); err != nil && err != io.EOF {
				l.fail("%s: the library does not read the chunk at %d: %v", e.Name, position, err)
				break
			}
			v, err := verifier.Verifier(c)
			if err != nil {
				l.fail("%s: %v", e.Name, err)
				break
			}
			if v.Write(chunk); !v.Verified() {
				l.fail("%s: the library's verifier rejects the chunk at %d", e.Name, position)
			}
			l.Chunks++
			if c.ChunkSize > l.MaxChunkSize {
				l.MaxChunkSize = c.ChunkSize
			}
			position += c.ChunkSize
		}
	}
}
