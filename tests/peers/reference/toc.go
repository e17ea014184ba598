package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/containerd/stargz-snapshotter/estargz"
)

// maxTOC bounds the memory that a hostile TOC can take.
const maxTOC = 1 << 30

// tocEntry is one entry of the TOC as it is written; the library's own type is what it made of it.
type tocEntry struct {
	Name        string            `json:"name"`
	Type        string            `json:"type"`
	Size        int64             `json:"size"`
	ModTime     string            `json:"modtime"`
	LinkName    string            `json:"linkName"`
	Mode        int64             `json:"mode"`
	UID         int               `json:"uid"`
	GID         int               `json:"gid"`
	UserName    string            `json:"userName"`
	GroupName   string            `json:"groupName"`
	Offset      int64             `json:"offset"`
	InnerOffset int64             `json:"innerOffset"`
	DevMajor    int64             `json:"devMajor"`
	DevMinor    int64             `json:"devMinor"`
	Xattrs      map[string][]byte `json:"xattrs"`
	Digest      string            `json:"digest"`
	ChunkOffset int64             `json:"chunkOffset"`
	ChunkSize   int64             `json:"chunkSize"`
	ChunkDigest string            `json:"chunkDigest"`
}

// readTOC reads the TOC's member, which must end where the footer starts (spec: "TOC, TOCEntries and Footer").
func readTOC(l *layerReport, member *io.SectionReader) ([]*tocEntry, error) {
	in := newMembers(member)
	archive := tar.NewReader(in)
	header, err := archive.Next()
	if err != nil {
		return nil, fmt.Errorf("TOC: %w", err)
	}
	if header.Name != estargz.TOCTarName || header.Typeflag != tar.TypeReg || header.Size > maxTOC {
		return nil, fmt.Errorf("TOC: the tar entry is %q, type %q, %d bytes", header.Name, header.Typeflag, header.Size)
	}
	document, err := io.ReadAll(archive)
	if err != nil {
		return nil, fmt.Errorf("TOC: %w", err)
	}
	l.TOCSize, l.TOCDigest = header.Size, sum(document)
	if _, err := archive.Next(); err != io.EOF {
		l.fail("TOC: it is not the last entry of the tar (%v)", err)
	}
	if _, err := io.Copy(io.Discard, in); err != nil {
		l.fail("TOC: %v", err)
	}
	if len(in.starts) != 1 {
		l.fail("TOC: %d gzip members, expected one", len(in.starts))
	}
	if err := orderly(document); err != nil {
		l.fail("TOC: %v", err)
	}
	var toc struct {
		Version int         `json:"version"`
		Entries []*tocEntry `json:"entries"`
	}
	if err := json.Unmarshal(document, &toc); err != nil {
		return nil, fmt.Errorf("TOC: %w", err)
	}
	if toc.Version != 1 {
		l.fail("TOC: version %d, expected 1", toc.Version)
	}
	return toc.Entries, nil
}

// orderly checks what streaming readers rely on: the version first, then the entries, and no byte after the object.
func orderly(document []byte) error {
	d := json.NewDecoder(bytes.NewReader(document))
	for _, expected := range []interface{}{json.Delim('{'), "version", nil, "entries", json.Delim('[')} {
		token, err := d.Token()
		if err != nil {
			return err
		}
		if expected != nil && token != expected {
			return fmt.Errorf("starts with %v where a streaming reader expects %v", token, expected)
		}
	}
	if document[len(document)-1] != '}' {
		return errors.New("bytes after the JSON object")
	}
	return nil
}

// footer is what the last 51 bytes must be (spec: "Footer"): an empty member whose extra field holds the TOC's offset.
func footer(tocOffset int64) []byte {
	var b bytes.Buffer
	w, _ := gzip.NewWriterLevel(&b, gzip.NoCompression)
	payload := fmt.Sprintf("%016xSTARGZ", tocOffset)
	w.Extra = append([]byte{'S', 'G', byte(len(payload)), 0}, payload...)
	w.Close()
	return b.Bytes()
}
