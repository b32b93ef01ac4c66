// cos-go-sdk-v5: bytes of SMH's files, with the account's own keys.
package main

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/tencentyun/cos-go-sdk-v5"
	. "stowage.test/clients/steps"
)

var (
	ctx         = context.Background()
	body, large = File("video"), File("large")
	task        = Begin("cos/begin", Setting.Run+".mp4")
	key         = task.Key
	client      = open(Setting.Keys)
)

func open(keys Keys) *cos.Client {
	base := Setting.URL
	if Setting.Names {
		base = fmt.Sprintf("%s://%s.cos.ap-beijing.myqcloud.com", Setting.Scheme, task.Bucket)
	}
	return cos.NewClient(&cos.BaseURL{BucketURL: Must(url.Parse(base))}, &http.Client{
		Transport: &cos.AuthorizationTransport{SecretID: keys.Access, SecretKey: keys.Secret, Transport: Transport()},
	})
}

func get(from *cos.Client, key, span string) ([]byte, error) {
	answer, err := from.Object.Get(ctx, key, &cos.ObjectGetOptions{Range: span})
	if err != nil {
		return nil, err
	}
	return Read(answer.Body), nil
}

func fails(status int, code string, err error) {
	failure := Failure[*cos.ErrorResponse](err)
	Same([]any{failure.Response.StatusCode, failure.Code}, []any{status, code})
	if failure.RequestID == "" {
		panic("no request id")
	}
}

func readFails(status int, code string, from *cos.Client, key, span string) {
	_, err := get(from, key, span)
	fails(status, code, err)
}

// The file by its path.
func file() string {
	return strings.Join(strings.Split(key, "/")[:3], "/") + "/" + Setting.Run + ".mp4"
}

func main() {
	Do("HEAD of the bucket", func() { Must(client.Bucket.Head(ctx)) })

	Do("put an object", func() {
		answer := Must(client.Object.Put(ctx, key, bytes.NewReader(body), nil))
		if answer.Header.Get("ETag") == "" {
			panic("no ETag")
		}
	})

	Do("nothing to read before the confirm", func() {
		readFails(404, "NoSuchKey", client, key, "")
		key = task.Tell("cos/commit")["key"].(string)
	})

	Do("get the object", func() { Same(Must(get(client, key, "")), body) })

	Do("get ranges", func() {
		Same(Must(get(client, key, "bytes=10-29")), body[10:30])
		Same(Must(get(client, key, "bytes=-7")), body[len(body)-7:])
	})

	Do("HEAD of the object", func() {
		Same(Must(client.Object.Head(ctx, key, nil)).ContentLength, int64(len(body)))
	})

	Do("signed URL", func() {
		keys := Setting.Keys
		signed := Must(client.Object.GetPresignedURL(ctx, "GET", key, keys.Access, keys.Secret, time.Hour, nil))
		_, read := Fetch("GET", signed.String(), nil, nil)
		Same(read, body)
	})

	Do("upload parts, renew between them", func() {
		parts := Begin("cos/begin-parts", Setting.Run+" parts.mp4")
		for at, piece := range [][]byte{large[:1<<20], large[1<<20:]} {
			Must(client.Object.UploadPart(ctx, parts.Key, parts.UploadID, at+1, bytes.NewReader(piece), nil))
			parts.Tell("cos/renew")
		}
		whole := parts.Tell("cos/commit")["key"].(string)
		Same(Must(get(client, whole, "")), large)
		parts.Tell("cos/remove")
	})

	Do("error: wrong secret", func() {
		readFails(403, "SignatureDoesNotMatch", open(Keys{Setting.Keys.Access, "wrong"}), key, "")
	})

	Do("error: unknown access key", func() {
		readFails(403, "InvalidAccessKeyId", open(Keys{"AKIDNOBODY", "x"}), key, "")
	})

	Do("error: missing object", func() {
		readFails(404, "NoSuchKey", client, key+"none", "")
		_, err := client.Object.Head(ctx, key+"none", nil)
		Same(cos.IsNotFoundError(err), true)
	})

	Do("error: unknown upload", func() {
		_, err := client.Object.UploadPart(ctx, key, "none", 1, bytes.NewReader([]byte("x")), nil)
		fails(404, "NoSuchUpload", err)
	})

	Do("error: key that may only read", func() {
		reader := open(Setting.Reader)
		Must(reader.Object.Head(ctx, key, nil))
		_, err := reader.Object.Put(ctx, key, bytes.NewReader(body), nil)
		fails(403, "AccessDenied", err)
	})

	Do("error: range past the end", func() { readFails(416, "InvalidRange", client, key, "bytes=99999999-") })

	Do("error: ACL of the bucket, which is not offered", func() {
		_, _, err := client.Bucket.GetACL(ctx)
		fails(501, "NotImplemented", err)
	})

	Do("list the bucket", func() {
		listed, _, err := client.Bucket.Get(ctx, &cos.BucketGetOptions{Prefix: file()})
		Ok(err)
		Same([]any{listed.Contents[0].Key, listed.Contents[0].Size}, []any{file(), int64(len(body))})
		above, _, err := client.Bucket.Get(ctx, &cos.BucketGetOptions{Delimiter: "/"})
		Ok(err)
		Same(above.CommonPrefixes, []string{"cos/"})
	})

	Do("copy an object", func() {
		source := fmt.Sprintf("%s.cos.ap-beijing.myqcloud.com/%s", task.Bucket, file())
		answer, _, err := client.Object.Copy(ctx, file()+".copy", source, nil)
		Ok(err)
		if answer.ETag == "" {
			panic("no ETag")
		}
		Same(Must(get(client, file()+".copy", "")), body)
	})

	Do("delete objects", func() {
		Must(client.Object.Delete(ctx, file()+".copy"))
		readFails(404, "NoSuchKey", client, file()+".copy", "")
		many := &cos.ObjectDeleteMultiOptions{Objects: []cos.Object{{Key: file() + ".copy"}}}
		told, _, err := client.Object.DeleteMulti(ctx, many)
		Ok(err)
		Same(told.DeletedObjects[0].Key, file()+".copy")
	})

	Do("gone after the delete", func() {
		task.Tell("cos/remove")
		readFails(404, "NoSuchKey", client, key, "")
	})
}
