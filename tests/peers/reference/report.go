package main

import "fmt"

// maxFailures keeps a report of a thoroughly broken layer readable.
const maxFailures = 50

type report struct {
	Subject   string            `json:"subject"`
	OK        bool              `json:"ok"`
	Failures  []string          `json:"failures"`
	Manifests []*manifestReport `json:"manifests"`
	Layers    []*layerReport    `json:"layers"`
}

type manifestReport struct {
	Digest    string   `json:"digest"`
	MediaType string   `json:"mediaType"`
	Platform  string   `json:"platform,omitempty"`
	Layers    []string `json:"layers"`
}

// layerReport counts what was verified, so that a test can see that something was.
type layerReport struct {
	expected expectation

	Digest           string       `json:"digest"`
	MediaType        string       `json:"mediaType,omitempty"`
	Estargz          bool         `json:"estargz"`
	Size             int64        `json:"size"`
	UncompressedSize int64        `json:"uncompressedSize"`
	DiffID           string       `json:"diffId"`
	TOCDigest        string       `json:"tocDigest,omitempty"`
	TOCOffset        int64        `json:"tocOffset,omitempty"`
	TOCSize          int64        `json:"tocSize,omitempty"` // of the JSON, uncompressed
	Members          int          `json:"members"`
	Entries          int          `json:"entries"`
	Chunks           int          `json:"chunks"`
	Nested           int          `json:"nested,omitempty"` // chunks in Extra fields
	MaxChunkSize     int64        `json:"maxChunkSize"`
	Landmark         string       `json:"landmark,omitempty"`
	PrefetchSize     int64        `json:"prefetchSize"` // compressed bytes before the landmark
	Prioritized      []string     `json:"prioritized,omitempty"`
	Files            []*fileEntry `json:"files,omitempty"`
	Failures         []string     `json:"failures"`
}

type fileEntry struct {
	Name     string `json:"name"`
	Type     string `json:"type"`
	Size     int64  `json:"size"`
	Mode     int64  `json:"mode"`
	UID      int    `json:"uid"`
	GID      int    `json:"gid"`
	LinkName string `json:"linkName,omitempty"`
	ModTime  string `json:"modTime,omitempty"`
	Digest   string `json:"digest,omitempty"`
}

// expectation is what a manifest and a configuration, or the command line, say of a blob; "" = nothing.
type expectation struct {
	digest, diffID, tocDigest, uncompressedSize string
	size                                        int64
	annotated                                   bool // comes from a manifest, so the annotations must be there
	estargz                                     bool
	nested                                      bool // chunks may be in Extra fields (docs/hot-pieces.md)
}

func (r *report) layer(e expectation) *layerReport {
	l := &layerReport{expected: e, Digest: e.digest, Failures: []string{}}
	r.Layers = append(r.Layers, l)
	return l
}

func (r *report) fail(format string, args ...interface{}) {
	r.Failures = append(r.Failures, fmt.Sprintf(format, args...))
}

func (r *report) close(files bool) {
	r.OK = len(r.Failures) == 0 && len(r.Layers) > 0
	for _, l := range r.Layers {
		r.OK = r.OK && len(l.Failures) == 0
		if !files {
			l.Files = nil
		}
	}
}

func (l *layerReport) fail(format string, args ...interface{}) {
	if len(l.Failures) < maxFailures {
		l.Failures = append(l.Failures, fmt.Sprintf(format, args...))
	}
}

// same fails when a value is known beforehand and is another one.
func (l *layerReport) same(what, expected, actual string) {
	if expected != "" && expected != actual {
		l.fail("%s is %s, expected %s", what, actual, expected)
	}
}
