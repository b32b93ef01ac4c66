// Package steps is what all programs here share: their setting, the service beside them, and steps that print what came
// of them. What fails panics: a step tells it and the next one goes on.
package steps

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"reflect"
	"runtime/debug"
)

// Keys are an access key and its secret.
type Keys struct{ Access, Secret string }

// Setting is what the runner gives every program.
var Setting struct {
	URL, Scheme, Host, Service, Run string
	Port                            int
	Names                           bool
	Keys, Reader                    Keys
	Files                           map[string]string
}

func init() {
	if err := json.Unmarshal([]byte(os.Args[1]), &Setting); err != nil {
		panic(err)
	}
}

// Do runs a step and prints its name and whether it panicked.
func Do(name string, step func()) {
	told := map[string]any{"step": name, "ok": true}
	defer func() {
		if fault := recover(); fault != nil {
			told["ok"], told["error"] = false, fmt.Sprintf("Error: %v\n%s", fault, debug.Stack())
		}
		line, _ := json.Marshal(told)
		fmt.Println(string(line))
	}()
	step()
}

// Must gives the value of a call that may not fail.
func Must[T any](value T, err error) T {
	Ok(err)
	return value
}

// Ok is for calls that may not fail.
func Ok(err error) {
	if err != nil {
		panic(err)
	}
}

// Same compares bytes or values without printing much of them.
func Same(actual, expected any) {
	if !reflect.DeepEqual(actual, expected) {
		panic(fmt.Sprintf("%s is not %s", shown(actual), shown(expected)))
	}
}

func shown(value any) string {
	if bytes, isBytes := value.([]byte); isBytes {
		return fmt.Sprintf("%d bytes, %.60q", len(bytes), bytes)
	}
	return fmt.Sprint(value)
}

// Failure is the error of type E that a call must have had.
func Failure[E error](err error) E {
	var failure E
	if !errors.As(err, &failure) {
		panic(fmt.Sprintf("no error of %T: %v", failure, err))
	}
	return failure
}

// File is the bytes of one of the files to upload.
func File(name string) []byte { return Must(os.ReadFile(Setting.Files[name])) }

// Read takes a body to its end.
func Read(body io.ReadCloser) []byte {
	defer body.Close()
	return Must(io.ReadAll(body))
}

// Service makes one call of the program that begins and confirms uploads.
func Service(call string, fields map[string]string) map[string]any {
	sent := Must(json.Marshal(fields))
	answer := Must(http.Post(Setting.Service+"/"+call, "application/json", bytes.NewReader(sent)))
	body := Read(answer.Body)
	if answer.StatusCode != 200 {
		panic(fmt.Sprintf("the service answered %s", body))
	}
	var told map[string]any
	Ok(json.Unmarshal(body, &told))
	return told
}

// Task is where a storage client's bytes go.
type Task struct{ Name, Bucket, Key, UploadID, Handle string }

// Begin has the service begin an upload.
func Begin(call, name string) Task {
	told := Service(call, map[string]string{"name": name})
	text := func(field string) string { value, _ := told[field].(string); return value }
	return Task{name, text("bucket"), text("key"), text("uploadId"), text("handle")}
}

// Tell has the service do something with an upload that it has begun.
func (task Task) Tell(call string) map[string]any {
	return Service(call, map[string]string{"name": task.Name, "handle": task.Handle})
}

// Transport resolves the vendor's names to the server, as lines of /etc/hosts would do it, where they are to be used.
func Transport() *http.Transport {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	if Setting.Names {
		transport.DialContext = func(ctx context.Context, network, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, network, fmt.Sprintf("127.0.0.1:%d", Setting.Port))
		}
	}
	return transport
}

// Fetch makes a plain request.
func Fetch(method, url string, body []byte, headers map[string]string) (*http.Response, []byte) {
	request := Must(http.NewRequest(method, url, bytes.NewReader(body)))
	for name, value := range headers {
		request.Header.Set(name, value)
	}
	answer := Must((&http.Client{Transport: Transport()}).Do(request))
	return answer, Read(answer.Body)
}

// ReadsBack reads the whole and two ranges of what lies at a URL.
func ReadsBack(url string, expected []byte) {
	read := func(span string) []byte {
		_, bytes := Fetch("GET", url, nil, map[string]string{"Range": span})
		return bytes
	}
	_, whole := Fetch("GET", url, nil, nil)
	Same(whole, expected)
	Same(read("bytes=10-29"), expected[10:30])
	Same(read("bytes=-7"), expected[len(expected)-7:])
}
