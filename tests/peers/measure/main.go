// Command measure runs a program to its end and says what it took.
//
//	measure REPORT.json PROGRAM [ARGUMENT ...]
//
// The report has the wall-clock seconds, the CPU seconds (user and system) of the program and of all its descendants that
// ended before their parents, and the largest resident set of any one of them in bytes. Output and exit code are the
// program's.
package main

import (
	"encoding/json"
	"errors"
	"log"
	"os"
	"os/exec"
	"syscall"
	"time"
)

type report struct {
	WallSeconds float64 `json:"wallSeconds"`
	CPUSeconds  float64 `json:"cpuSeconds"`
	PeakBytes   int64   `json:"peakBytes"`
}

func main() {
	log.SetFlags(0)
	if len(os.Args) < 3 {
		log.Fatal("usage: measure REPORT.json PROGRAM [ARGUMENT ...]")
	}
	command := exec.Command(os.Args[2], os.Args[3:]...)
	command.Stdin, command.Stdout, command.Stderr = os.Stdin, os.Stdout, os.Stderr
	start := time.Now()
	err := command.Run()
	wall := time.Since(start)
	var failed *exec.ExitError
	if err != nil && !errors.As(err, &failed) {
		log.Fatal(err)
	}
	state := command.ProcessState
	text, err := json.Marshal(report{
		WallSeconds: wall.Seconds(),
		CPUSeconds:  (state.UserTime() + state.SystemTime()).Seconds(),
		PeakBytes:   state.SysUsage().(*syscall.Rusage).Maxrss << 10,
	})
	if err == nil {
		err = os.WriteFile(os.Args[1], text, 0o644)
	}
	if err != nil {
		log.Fatal(err)
	}
	os.Exit(state.ExitCode())
}
