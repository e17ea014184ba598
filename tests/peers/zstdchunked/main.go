// Command zstdchunked reads a zstd:chunked blob as both of its kinds of clients do: through the reference library, by the
// footer, and as containers/storage does, by the positions that its annotations give, with tar-split.
//
//	zstdchunked BLOB MANIFEST-CHECKSUM MANIFEST-POSITION TARSPLIT-POSITION
//
// It reads and verifies every file, makes the tar again of them and of the tar-split data, and prints the tar's digest.
package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"os"

	"github.com/containerd/stargz-snapshotter/estargz"
	"github.com/containerd/stargz-snapshotter/estargz/zstdchunked"
	"github.com/klauspost/compress/zstd"
	"github.com/opencontainers/go-digest"
	"github.com/vbatts/tar-split/tar/asm"
	"github.com/vbatts/tar-split/tar/storage"
)

type toc struct {
	Entries        []*entry `json:"entries"`
	TarSplitDigest string   `json:"tarSplitDigest"`
}

type entry struct {
	Name      string `json:"name"`
	Type      string `json:"type"`
	Size      int64  `json:"size"`
	Offset    int64  `json:"offset"`
	EndOffset int64  `json:"endOffset"`
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
	tar := sha256.New()
	check(asm.WriteOutputTarStream(files, storage.NewJSONUnpacker(bytes.NewReader(split)), tar))
	fmt.Printf("sha256:%x\n", tar.Sum(nil))
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
