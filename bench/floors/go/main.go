// The plainest servers that take bodies, in Go: `floors MODE FOLDER`. `discard` drops them. `file` writes each into a file of its own, which is synced
// before the answer; `file-md5` has the MD5 of it too. `log` appends all to one file: what waits is written and synced together.
package main

import (
	"crypto/md5"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync/atomic"
	"syscall"
)

var count atomic.Int64

func keepFile(folder string, body io.Reader, digests bool) error {
	file, err := os.Create(filepath.Join(folder, fmt.Sprint(count.Add(1))))
	if err != nil {
		return err
	}
	defer file.Close()
	var into io.Writer = file
	if digests {
		sum := md5.New()
		defer sum.Sum(nil)
		into = io.MultiWriter(file, sum)
	}
	if _, err := io.CopyBuffer(into, struct{ io.Reader }{body}, make([]byte, 256<<10)); err != nil {
		return err
	}
	return syscall.Fdatasync(int(file.Fd()))
}

type entry struct {
	bytes []byte
	done  chan error
}

func appendAll(file *os.File, entries chan entry) {
	for first := range entries {
		waiting := []entry{first}
		for len(entries) > 0 && len(waiting) < 256 {
			waiting = append(waiting, <-entries)
		}
		var err error
		for _, one := range waiting {
			if _, failed := file.Write(one.bytes); failed != nil {
				err = failed
			}
		}
		if err == nil {
			err = syscall.Fdatasync(int(file.Fd()))
		}
		for _, one := range waiting {
			one.done <- err
		}
	}
}

func keeper(mode, folder string) func(body io.Reader, size int64) error {
	switch mode {
	case "discard":
		return func(body io.Reader, _ int64) error {
			_, err := io.Copy(io.Discard, body)
			return err
		}
	case "file", "file-md5":
		return func(body io.Reader, _ int64) error { return keepFile(folder, body, mode == "file-md5") }
	}
	file, err := os.Create(filepath.Join(folder, "log"))
	if err != nil {
		panic(err)
	}
	entries := make(chan entry, 256)
	go appendAll(file, entries)
	return func(body io.Reader, size int64) error {
		bytes := make([]byte, max(size, 0))
		if _, err := io.ReadFull(body, bytes); err != nil {
			return err
		}
		one := entry{bytes, make(chan error, 1)}
		entries <- one
		return <-one.done
	}
}

func main() {
	keep := keeper(os.Args[1], os.Args[2])
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	fmt.Println(listener.Addr().(*net.TCPAddr).Port)
	panic(http.Serve(listener, http.HandlerFunc(func(answer http.ResponseWriter, request *http.Request) {
		if err := keep(request.Body, request.ContentLength); err != nil {
			http.Error(answer, err.Error(), 500)
			return
		}
		io.WriteString(answer, `{"code":0}`)
	})))
}
