// Command build makes an eStargz blob of a tar with the reference library, for comparison with ours.
//
//	build [-level N] [-chunk-size N] [-prioritized FILE] IN.tar OUT
//
// It prints one JSON object: digests and sizes of the blob, CPU and wall-clock seconds.
package main

import (
	"bufio"
	"crypto/sha256"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"syscall"
	"time"

	"github.com/containerd/stargz-snapshotter/estargz"
)

type report struct {
	Digest      string  `json:"digest"`
	Size        int64   `json:"size"`
	DiffID      string  `json:"diffId"`
	TOCDigest   string  `json:"tocDigest"`
	CPUSeconds  float64 `json:"cpuSeconds"`
	WallSeconds float64 `json:"wallSeconds"`
}

func main() {
	log.SetFlags(0)
	level := flag.Int("level", 9, "gzip level")
	chunkSize := flag.Int("chunk-size", 0, "bytes of a file per member; 0 = the library's default")
	prioritized := flag.String("prioritized", "", "file with one prioritized path per line")
	flag.Parse()
	if flag.NArg() != 2 {
		log.Fatal("usage: build [flags] IN.tar OUT")
	}
	r, err := build(flag.Arg(0), flag.Arg(1), *level, *chunkSize, *prioritized)
	if err != nil {
		log.Fatal(err)
	}
	json.NewEncoder(os.Stdout).Encode(r)
}

func build(in, out string, level, chunkSize int, prioritized string) (*report, error) {
	options := []estargz.Option{estargz.WithCompressionLevel(level), estargz.WithChunkSize(chunkSize)}
	if prioritized != "" {
		paths, err := readLines(prioritized)
		if err != nil {
			return nil, err
		}
		options = append(options, estargz.WithPrioritizedFiles(paths))
	}
	src, err := os.Open(in)
	if err != nil {
		return nil, err
	}
	defer src.Close()
	info, err := src.Stat()
	if err != nil {
		return nil, err
	}
	dst, err := os.Create(out)
	if err != nil {
		return nil, err
	}
	defer dst.Close()

	start := time.Now()
	blob, err := estargz.Build(io.NewSectionReader(src, 0, info.Size()), options...)
	if err != nil {
		return nil, err
	}
	sum := sha256.New()
	size, err := io.Copy(io.MultiWriter(dst, sum), blob)
	if err != nil {
		return nil, err
	}
	if err := blob.Close(); err != nil {
		return nil, err
	}
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		return nil, err
	}
	return &report{
		Digest: fmt.Sprintf("sha256:%x", sum.Sum(nil)), Size: size,
		DiffID: blob.DiffID().String(), TOCDigest: blob.TOCDigest().String(),
		CPUSeconds:  seconds(used.Utime) + seconds(used.Stime),
		WallSeconds: time.Since(start).Seconds(),
	}, dst.Close()
}

func seconds(t syscall.Timeval) float64 { return float64(t.Nano()) / 1e9 }

func readLines(name string) (lines []string, err error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	for s := bufio.NewScanner(f); s.Scan(); {
		if s.Text() != "" {
			lines = append(lines, s.Text())
		}
	}
	return lines, nil
}
