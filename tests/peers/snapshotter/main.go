// Command snapshotter is the daemon that Debian does not package: it serves the stargz snapshotter to a containerd as
// a proxy plugin, by joining the library's file system to its snapshotter.
//
//	snapshotter -socket PATH -root DIR [-config FILE] [-background-fetch=false] [-prefetch=false]
//
// The file is one of containerd-stargz-grpc. Of its settings those of the file system count; a name that is not known, in
// any part of it, is an error.
//
// Registries on the loopback interface are spoken to over plain HTTP, all others over HTTPS; none gets credentials.
// Every remote layer it mounts is one line "prepared remote snapshot" in the log. SIGTERM unmounts everything.
package main

import (
	"context"
	"flag"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	api "github.com/containerd/containerd/api/services/snapshots/v1"
	"github.com/containerd/containerd/contrib/snapshotservice"
	"github.com/containerd/containerd/reference"
	"github.com/containerd/containerd/remotes/docker"
	"github.com/containerd/containerd/snapshots"
	"github.com/containerd/stargz-snapshotter/fs"
	"github.com/containerd/stargz-snapshotter/fs/config"
	"github.com/containerd/stargz-snapshotter/fs/source"
	"github.com/containerd/stargz-snapshotter/snapshot"
	"github.com/pelletier/go-toml"
	"github.com/sirupsen/logrus"
	"google.golang.org/grpc"
)

func main() {
	socket := flag.String("socket", "", "unix socket to listen on")
	root := flag.String("root", "", "folder for mounts and caches")
	file := flag.String("config", "", "settings, in TOML")
	backgroundFetch := flag.Bool("background-fetch", true, "fetch the rest of each layer while the container runs")
	prefetch := flag.Bool("prefetch", true, "fetch up to the landmark before the container starts")
	flag.Parse()
	logrus.SetLevel(logrus.DebugLevel)

	cfg, err := read(*file)
	if err != nil {
		logrus.Fatal(err)
	}
	cfg.NoBackgroundFetch = !*backgroundFetch
	cfg.NoPrefetch = !*prefetch
	cfg.NoPrometheus = true
	snapshotter, err := open(*root, cfg)
	if err != nil {
		logrus.Fatal(err)
	}
	listener, err := net.Listen("unix", *socket)
	if err != nil {
		logrus.Fatal(err)
	}
	server := grpc.NewServer()
	api.RegisterSnapshotsServer(server, snapshotservice.FromSnapshotter(snapshotter))

	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGTERM, syscall.SIGINT)
	go func() {
		<-stop
		server.Stop()
	}()
	if err := server.Serve(listener); err != nil {
		logrus.Error(err)
	}
	if err := snapshotter.Close(); err != nil {
		logrus.Fatal(err)
	}
}

// settings are those of containerd-stargz-grpc. Debian lacks what its own type is compiled with.
type settings struct {
	config.Config
	CRIKeychain struct {
		EnableKeychain   bool   `toml:"enable_keychain"`
		ImageServicePath string `toml:"image_service_path"`
	} `toml:"cri_keychain"`
	Resolver struct {
		Host map[string]struct {
			Mirrors []struct {
				Host     string `toml:"host"`
				Insecure bool   `toml:"insecure"`
			} `toml:"mirrors"`
		} `toml:"host"`
	} `toml:"resolver"`
}

func read(file string) (config.Config, error) {
	var settings settings
	if file == "" {
		return settings.Config, nil
	}
	text, err := os.Open(file)
	if err != nil {
		return settings.Config, err
	}
	defer text.Close()
	err = toml.NewDecoder(text).Strict(true).Decode(&settings)
	return settings.Config, err
}

func open(root string, cfg config.Config) (snapshots.Snapshotter, error) {
	overlays := filepath.Join(root, "snapshotter")
	if err := os.MkdirAll(overlays, 0o700); err != nil {
		return nil, err
	}
	layers, err := fs.NewFilesystem(filepath.Join(root, "stargz"), cfg, fs.WithGetSources(source.FromDefaultLabels(hosts)))
	if err != nil {
		return nil, err
	}
	return snapshot.NewSnapshotter(context.Background(), overlays, layers, snapshot.AsynchronousRemove)
}

// hosts names the one registry host of a reference: no mirror.
func hosts(ref reference.Spec) ([]docker.RegistryHost, error) {
	host := docker.RegistryHost{
		Host: ref.Hostname(), Scheme: "https", Path: "/v2",
		Client:       &http.Client{Timeout: time.Minute, Transport: http.DefaultTransport.(*http.Transport).Clone()},
		Capabilities: docker.HostCapabilityPull | docker.HostCapabilityResolve,
	}
	local, err := docker.MatchLocalhost(host.Host)
	if local {
		host.Scheme = "http"
	}
	return []docker.RegistryHost{host}, err
}
