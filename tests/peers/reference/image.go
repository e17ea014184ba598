package main

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"

	"github.com/containerd/stargz-snapshotter/estargz"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"
)

const (
	dockerManifest = "application/vnd.docker.distribution.manifest.v2+json"
	dockerIndex    = "application/vnd.docker.distribution.manifest.list.v2+json"
	maxDocument    = 16 << 20 // of a manifest or configuration
)

type image struct {
	report         *report
	base           string // http://HOST/v2/REPOSITORY
	requireEstargz bool
	nested         bool
	seen           map[string]bool // blobs already verified, with what was expected of them
}

func verifyImage(r *report, subject string, requireEstargz, nested bool) {
	u, err := url.Parse(subject)
	if err != nil {
		r.fail("%v", err)
		return
	}
	name := strings.TrimPrefix(u.Path, "/")
	reference := "latest"
	if i := strings.LastIndex(name, "@"); i > 0 {
		name, reference = name[:i], name[i+1:]
	} else if i := strings.LastIndex(name, ":"); i > 0 {
		name, reference = name[:i], name[i+1:]
	}
	u.Path = "/v2/" + name
	(&image{r, u.String(), requireEstargz, nested, map[string]bool{}}).manifest(reference, ocispec.Descriptor{})
}

// manifest verifies what reference names; what is known of it from an index is in known.
func (i *image) manifest(reference string, known ocispec.Descriptor) {
	bytes, mediaType, err := i.document("/manifests/" + reference)
	if err != nil {
		i.report.fail("%v", err)
		return
	}
	found := sum(bytes)
	if strings.HasPrefix(reference, "sha256:") && found != reference {
		i.report.fail("manifest %s: its bytes have digest %s", reference, found)
	}
	if known.Size != 0 && (known.Size != int64(len(bytes)) || known.MediaType != mediaType) {
		i.report.fail("manifest %s: %d bytes of %s, the index says %d bytes of %s", found, len(bytes), mediaType, known.Size, known.MediaType)
	}
	var m struct {
		MediaType string               `json:"mediaType"`
		Config    ocispec.Descriptor   `json:"config"`
		Layers    []ocispec.Descriptor `json:"layers"`
		Manifests []ocispec.Descriptor `json:"manifests"`
	}
	if err := json.Unmarshal(bytes, &m); err != nil {
		i.report.fail("manifest %s: %v", found, err)
		return
	}
	if m.MediaType != "" && m.MediaType != mediaType {
		i.report.fail("manifest %s: says it is %s, served as %s", found, m.MediaType, mediaType)
	}
	line := &manifestReport{Digest: found, MediaType: mediaType, Layers: []string{}}
	if known.Platform != nil {
		line.Platform = strings.Trim(known.Platform.OS+"/"+known.Platform.Architecture+"/"+known.Platform.Variant, "/")
	}
	i.report.Manifests = append(i.report.Manifests, line)
	if mediaType == ocispec.MediaTypeImageIndex || mediaType == dockerIndex {
		for _, d := range m.Manifests {
			i.manifest(d.Digest.String(), d)
		}
		return
	}
	for _, l := range m.Layers {
		line.Layers = append(line.Layers, l.Digest.String())
	}
	i.layers(found, m.Config, m.Layers)
}

func (i *image) layers(manifest string, config ocispec.Descriptor, layers []ocispec.Descriptor) {
	bytes, _, err := i.document("/blobs/" + config.Digest.String())
	if err != nil {
		i.report.fail("manifest %s: configuration: %v", manifest, err)
		return
	}
	if sum(bytes) != config.Digest.String() || int64(len(bytes)) != config.Size {
		i.report.fail("configuration: %s, %d bytes; the manifest says %s, %d bytes", sum(bytes), len(bytes), config.Digest, config.Size)
	}
	var c ocispec.Image
	if err := json.Unmarshal(bytes, &c); err != nil {
		i.report.fail("configuration %s: %v", config.Digest, err)
		return
	}
	filled := 0
	for _, h := range c.History {
		if !h.EmptyLayer {
			filled++
		}
	}
	if len(c.History) > 0 && filled != len(layers) {
		i.report.fail("configuration %s: history speaks of %d layers, the manifest has %d", config.Digest, filled, len(layers))
	}
	if len(c.RootFS.DiffIDs) != len(layers) {
		i.report.fail("configuration %s: %d diffIDs for %d layers", config.Digest, len(c.RootFS.DiffIDs), len(layers))
		return
	}
	for n, d := range layers {
		i.layer(d, c.RootFS.DiffIDs[n].String())
	}
}

func (i *image) layer(d ocispec.Descriptor, diffID string) {
	key := fmt.Sprint(d, diffID)
	if i.seen[key] {
		return
	}
	i.seen[key] = true
	l := i.report.layer(expectation{
		digest: d.Digest.String(), size: d.Size, diffID: diffID, annotated: true, estargz: i.requireEstargz, nested: i.nested,
		tocDigest:        d.Annotations[estargz.TOCJSONDigestAnnotation],
		uncompressedSize: d.Annotations[estargz.StoreUncompressedSizeAnnotation],
	})
	l.MediaType = d.MediaType
	f, err := os.CreateTemp("", "reference-")
	if err != nil {
		l.fail("%v", err)
		return
	}
	defer f.Close()
	os.Remove(f.Name())
	body, _, err := i.get("/blobs/" + d.Digest.String())
	if err != nil {
		l.fail("%v", err)
		return
	}
	defer body.Close()
	if _, err := io.Copy(f, io.LimitReader(body, d.Size+1)); err != nil {
		l.fail("%v", err)
		return
	}
	verifyBlob(l, f)
}

func (i *image) document(path string) ([]byte, string, error) {
	body, mediaType, err := i.get(path)
	if err != nil {
		return nil, "", err
	}
	defer body.Close()
	bytes, err := io.ReadAll(io.LimitReader(body, maxDocument))
	return bytes, mediaType, err
}

func (i *image) get(path string) (io.ReadCloser, string, error) {
	request, err := http.NewRequest(http.MethodGet, i.base+path, nil)
	if err != nil {
		return nil, "", err
	}
	request.Header.Set("Accept", strings.Join([]string{ocispec.MediaTypeImageManifest, ocispec.MediaTypeImageIndex, dockerManifest, dockerIndex}, ", "))
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, "", err
	}
	if response.StatusCode != http.StatusOK {
		response.Body.Close()
		return nil, "", fmt.Errorf("GET %s: %s", request.URL.Path, response.Status)
	}
	return response.Body, response.Header.Get("Content-Type"), nil
}

func sum(b []byte) string { return fmt.Sprintf("sha256:%x", sha256.Sum256(b)) }
