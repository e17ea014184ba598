package main

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"io"
	"os"
	"strconv"

	"github.com/containerd/stargz-snapshotter/estargz"
)

func verifyFile(l *layerReport, name string) {
	f, err := os.Open(name)
	if err != nil {
		l.fail("%v", err)
		return
	}
	defer f.Close()
	verifyBlob(l, f)
}

// verifyBlob checks everything that the blob alone, and what is expected of it, can tell.
func verifyBlob(l *layerReport, f *os.File) {
	info, err := f.Stat()
	if err != nil {
		l.fail("%v", err)
		return
	}
	l.Size = info.Size()
	blob := io.NewSectionReader(f, 0, l.Size)
	whole := sha256.New()
	if _, err := io.Copy(whole, blob); err != nil {
		l.fail("%v", err)
		return
	}
	l.Digest = fmt.Sprintf("sha256:%x", whole.Sum(nil))
	l.same("the blob's digest", l.expected.digest, l.Digest)
	if l.expected.size != 0 && l.expected.size != l.Size {
		l.fail("the blob has %d bytes, the descriptor says %d", l.Size, l.expected.size)
	}

	tocOffset, footerSize, err := estargz.OpenFooter(blob)
	l.Estargz = err == nil
	if !l.Estargz {
		if l.expected.estargz || l.expected.tocDigest != "" {
			l.fail("not eStargz: %v", err)
		}
		newStream(l, blob, nil).drain()
		return
	}
	verifyFooter(l, blob, tocOffset, footerSize)
	entries, err := readTOC(l, io.NewSectionReader(blob, tocOffset, l.Size-footerSize-tocOffset))
	if err != nil {
		l.fail("%v", err)
	}
	verifyAnnotations(l)
	stream := newStream(l, blob, entries)
	stream.verify()
	if _, ok := stream.members.starts[tocOffset]; !ok {
		l.fail("no member starts at the TOC's offset %d", tocOffset)
	}
	verifyByLibrary(l, blob, entries)
}

func verifyFooter(l *layerReport, blob *io.SectionReader, tocOffset, footerSize int64) {
	l.TOCOffset = tocOffset
	last := make([]byte, footerSize)
	if _, err := blob.ReadAt(last, l.Size-footerSize); err != nil {
		l.fail("footer: %v", err)
	} else if !bytes.Equal(last, footer(tocOffset)) {
		l.fail("footer: % x is not what the specification prescribes", last)
	}
}

// verifyAnnotations checks the layer descriptor. Without the first annotation the snapshotter does not mount the layer,
// without the second containers/storage does not.
func verifyAnnotations(l *layerReport) {
	if l.expected.annotated && l.expected.tocDigest == "" {
		l.fail("the descriptor has no annotation %s", estargz.TOCJSONDigestAnnotation)
	}
	if l.expected.annotated && l.expected.uncompressedSize == "" {
		l.fail("the descriptor has no annotation %s", estargz.StoreUncompressedSizeAnnotation)
	}
	l.same("the TOC's digest", l.expected.tocDigest, l.TOCDigest)
}

// verifyTotals checks what is known when the whole blob is decompressed.
func verifyTotals(l *layerReport, m *members, diffID string) {
	l.Members, l.UncompressedSize, l.DiffID = len(m.starts), m.out, diffID
	l.same("the digest of the decompressed blob (diffID)", l.expected.diffID, diffID)
	l.same("the size of the decompressed blob", l.expected.uncompressedSize, strconv.FormatInt(m.out, 10))
	if l.Estargz && m.last != l.Size-estargz.FooterSize {
		l.fail("the last member starts at %d, not where the footer does", m.last)
	}
}
