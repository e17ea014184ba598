// Command reference verifies published images and single blobs against the eStargz specification: through the reference
// library, and beside it with a tar reader of its own.
//
//	reference [-require-estargz] [-nested] [-files] http://[USER:PASSWORD@]HOST/REPOSITORY:TAG|@DIGEST ...
//	reference [-require-estargz] [-nested] [-files] [-digest D] [-diff-id D] [-toc-digest D] FILE ...
//
// It prints one JSON report a line and ends with exit code 1 when any of them has a failure. A blob is read from disk in
// two passes with bounded memory (only its TOC is held), so layers of many gigabytes can be verified.
package main

import (
	"encoding/json"
	"flag"
	"log"
	"os"
	"strings"
)

func main() {
	log.SetFlags(0)
	requireEstargz := flag.Bool("require-estargz", false, "fail on layers that are not eStargz")
	nested := flag.Bool("nested", false, "accept chunks in Extra fields (docs/hot-pieces.md), and compare them with the tar")
	files := flag.Bool("files", false, "list every entry in the report")
	digest := flag.String("digest", "", "expected digest of FILE")
	diffID := flag.String("diff-id", "", "expected digest of the decompressed FILE")
	tocDigest := flag.String("toc-digest", "", "expected TOC digest of FILE; by default what FILE has is taken")
	flag.Parse()
	if flag.NArg() == 0 {
		log.Fatal("usage: reference [flags] http://HOST/REPOSITORY:TAG | FILE")
	}

	failed := false
	for _, subject := range flag.Args() {
		r := &report{Subject: subject, Failures: []string{}, Manifests: []*manifestReport{}, Layers: []*layerReport{}}
		if strings.HasPrefix(subject, "http://") {
			verifyImage(r, subject, *requireEstargz, *nested)
		} else {
			l := r.layer(expectation{digest: *digest, diffID: *diffID, tocDigest: *tocDigest, estargz: *requireEstargz, nested: *nested})
			verifyFile(l, subject)
		}
		r.close(*files)
		failed = failed || !r.OK
		json.NewEncoder(os.Stdout).Encode(r)
	}
	if failed {
		os.Exit(1)
	}
}
