package main

import (
	"archive/tar"
	"strings"
	"time"
)

const xattrRecord = "SCHILY.xattr."

var types = map[byte]string{
	tar.TypeReg: "reg", tar.TypeDir: "dir", tar.TypeSymlink: "symlink", tar.TypeLink: "hardlink",
	tar.TypeChar: "char", tar.TypeBlock: "block", tar.TypeFifo: "fifo",
}

// metadata compares every field that both the tar header and the TOC entry have (spec: "TOCEntry").
func (s *stream) metadata(h *tar.Header, e *tocEntry) {
	l := s.layer
	differ := func(field string, toc, tar interface{}) {
		if toc != tar {
			l.fail("%s: %s is %v in the TOC, %v in the tar (%s)", e.Name, field, toc, tar, h.Name)
		}
	}
	differ("name", e.Name, h.Name)
	differ("type", e.Type, types[h.Typeflag])
	differ("mode", e.Mode, h.Mode)
	differ("uid", e.UID, h.Uid)
	differ("gid", e.GID, h.Gid)
	differ("modtime", e.ModTime, modTime(h.ModTime))
	switch e.Type {
	case "symlink", "hardlink":
		differ("linkName", e.LinkName, h.Linkname)
	case "char", "block":
		differ("devMajor", e.DevMajor, h.Devmajor)
		differ("devMinor", e.DevMinor, h.Devminor)
	}

	// A name may stand only with the first entry of its id; readers fill in the others.
	if e.UserName != "" {
		s.users[e.UID] = e.UserName
	}
	if e.GroupName != "" {
		s.groups[e.GID] = e.GroupName
	}
	if h.Uname != "" {
		differ("userName", s.users[e.UID], h.Uname)
	}
	if h.Gname != "" {
		differ("groupName", s.groups[e.GID], h.Gname)
	}

	xattrs := 0
	for key, value := range h.PAXRecords {
		if name := strings.TrimPrefix(key, xattrRecord); name != key {
			xattrs++
			differ("xattr "+name, string(e.Xattrs[name]), value)
		}
	}
	differ("number of xattrs", len(e.Xattrs), xattrs)
}

// modTime is rounded to seconds; the epoch means unknown and is left out.
func modTime(t time.Time) string {
	if t.IsZero() || t.Unix() == 0 {
		return ""
	}
	return t.UTC().Round(time.Second).Format(time.RFC3339)
}
