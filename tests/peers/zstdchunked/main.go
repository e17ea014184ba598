// Command zstdchunked reads a zstd:chunked blob as both of its kinds of clients do: through the reference library, by the
// footer, and as containers/storage does, by the positions that its annotations give, with tar-split.
//
//	zstdchunked BLOB MANIFEST-CHECKSUM MANIFEST-POSITION TARSPLIT-POSITION
//
// It reads and verifies every file, makes the tar again of them and of the tar-split data, compares the table of contents with
// its headers field by field, and prints the tar's digest.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"os"
	"reflect"
	"strings"
	"time"

	"github.com/containerd/stargz-snapshotter/estargz"
	"github.com/containerd/stargz-snapshotter/estargz/zstdchunked"
	"github.com/klauspost/compress/zstd"
	"github.com/opencontainers/go-digest"
	"github.com/vbatts/tar-split/archive/tar"
	"github.com/vbatts/tar-split/tar/asm"
	"github.com/vbatts/tar-split/tar/storage"
)

type toc struct {
	Entries        []*entry `json:"entries"`
	TarSplitDigest string   `json:"tarSplitDigest"`
}

type entry struct {
	Name       string            `json:"name"`
	Type       string            `json:"type"`
	Size       int64             `json:"size"`
	Offset     int64             `json:"offset"`
	EndOffset  int64             `json:"endOffset"`
	LinkName   string            `json:"linkName"`
	Mode       int64             `json:"mode"`
	Uid        int               `json:"uid"`
	Gid        int               `json:"gid"`
	ModTime    time.Time         `json:"modtime"`
	AccessTime time.Time         `json:"accesstime"`
	ChangeTime time.Time         `json:"changetime"`
	DevMajor   int64             `json:"devMajor"`
	DevMinor   int64             `json:"devMinor"`
	Xattrs     map[string][]byte `json:"xattrs"`
}

var types = map[byte]string{
	tar.TypeReg: "reg", tar.TypeLink: "hardlink", tar.TypeSymlink: "symlink", tar.TypeDir: "dir",
	tar.TypeChar: "char", tar.TypeBlock: "block", tar.TypeFifo: "fifo",
}

func main() {
	log.SetFlags(0)
	if len(os.Args) != 5 {
		log.Fatal("usage: zstdchunked BLOB MANIFEST-CHECKSUM MANIFEST-POSITION TARSPLIT-POSITION")
	}
	blob, err := os.ReadFile(os.Args[1])
	check(err)
	var offset, length, size, kind int64
	_, err = fmt.Sscanf(os.Args[3], "%d:%d:%d:%d", &offset, &length, &size, &kind)
	check(err)
	manifest := decode(blob[offset:offset+length], size, os.Args[2])
	stargz := readWithLibrary(blob, digest.FromBytes(manifest))
	var t toc
	check(json.Unmarshal(manifest, &t))
	_, err = fmt.Sscanf(os.Args[4], "%d:%d:%d", &offset, &length, &size)
	check(err)
	split := decode(blob[offset:offset+length], size, t.TarSplitDigest)

	files := storage.NewBufferFileGetPutter()
	for _, e := range t.Entries {
		if e.Type != "reg" || e.Size == 0 {
			continue
		}
		content := decodeAll(blob[e.Offset:e.EndOffset])
		if int64(len(content)) != e.Size || !bytes.Equal(content, stargz[e.Name]) {
			log.Fatalf("'%s' is not what the reference library reads", e.Name)
		}
		_, _, err := files.Put(e.Name, bytes.NewReader(content))
		check(err)
	}
	var archive bytes.Buffer
	check(asm.WriteOutputTarStream(files, storage.NewJSONUnpacker(bytes.NewReader(split)), &archive))
	fmt.Println(digest.FromBytes(archive.Bytes()))
	compare(t.Entries, &archive)
}

// compare fails where a header of the tar and its entry of the table do not say the same; newer versions of
// containers/storage refuse such a layer.
func compare(entries []*entry, archive io.Reader) {
	reader := tar.NewReader(archive)
	for _, e := range entries {
		if e.Type == "chunk" {
			continue
		}
		h, err := reader.Next()
		check(err)
		xattrs := map[string]string{}
		for name, value := range e.Xattrs {
			xattrs["SCHILY.xattr."+name] = string(value)
		}
		inHeader := map[string]string{}
		for name, value := range h.PAXRecords {
			if strings.HasPrefix(name, "SCHILY.xattr.") {
				inHeader[name] = value
			}
		}
		if e.Name != h.Name || e.Type != types[h.Typeflag] || e.LinkName != h.Linkname || e.Mode != h.Mode || e.Size != h.Size ||
			e.Uid != h.Uid || e.Gid != h.Gid || e.DevMajor != h.Devmajor || e.DevMinor != h.Devminor || !reflect.DeepEqual(xattrs, inHeader) ||
			!same(e.ModTime, h.ModTime) || !same(e.AccessTime, h.AccessTime) || !same(e.ChangeTime, h.ChangeTime) {
			log.Fatalf("the table has %+v where the tar has %+v", *e, *h)
		}
	}
	if h, err := reader.Next(); err != io.EOF {
		log.Fatalf("the tar has more than the table: %v, %v", h, err)
	}
}

// same tells whether two times are one; that there is none is the same as 1970.
func same(a, b time.Time) bool {
	none := func(t time.Time) bool { return t.IsZero() || t.Unix() == 0 && t.Nanosecond() == 0 }
	return a.Equal(b) || none(a) && none(b)
}

// readWithLibrary returns the content of every file, each chunk of which was verified.
func readWithLibrary(blob []byte, tocDigest digest.Digest) map[string][]byte {
	r, err := estargz.Open(io.NewSectionReader(bytes.NewReader(blob), 0, int64(len(blob))), estargz.WithDecompressors(new(zstdchunked.Decompressor)))
	check(err)
	verifier, err := r.VerifyTOC(tocDigest)
	check(err)
	files := map[string][]byte{}
	var walk func(dir string, e *estargz.TOCEntry)
	walk = func(dir string, e *estargz.TOCEntry) {
		e.ForeachChild(func(base string, child *estargz.TOCEntry) bool {
			if child.Type == "reg" && child.Size > 0 {
				files[child.Name] = readFile(r, verifier, child)
			}
			walk(dir+base+"/", child)
			return true
		})
	}
	root, _ := r.Lookup("")
	walk("", root)
	return files
}

func readFile(r *estargz.Reader, verifier estargz.TOCEntryVerifier, e *estargz.TOCEntry) []byte {
	f, err := r.OpenFile(e.Name)
	check(err)
	content := make([]byte, e.Size)
	_, err = io.ReadFull(f, content)
	check(err)
	for offset := int64(0); offset < e.Size; {
		chunk, ok := r.ChunkEntryForOffset(e.Name, offset)
		if !ok {
			log.Fatalf("'%s' has no chunk at byte %d", e.Name, offset)
		}
		v, err := verifier.Verifier(chunk)
		check(err)
		v.Write(content[chunk.ChunkOffset : chunk.ChunkOffset+chunk.ChunkSize])
		if !v.Verified() {
			log.Fatalf("'%s' has another chunk at byte %d", e.Name, offset)
		}
		offset += chunk.ChunkSize
	}
	return content
}

func decode(frame []byte, size int64, expected string) []byte {
	if digest.FromBytes(frame).String() != expected {
		log.Fatalf("a frame has the digest %s, not %s", digest.FromBytes(frame), expected)
	}
	content := decodeAll(frame)
	if int64(len(content)) != size {
		log.Fatalf("a frame holds %d bytes, not %d", len(content), size)
	}
	return content
}

func decodeAll(frames []byte) []byte {
	decoder, err := zstd.NewReader(nil)
	check(err)
	defer decoder.Close()
	content, err := decoder.DecodeAll(frames, nil)
	check(err)
	return content
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
