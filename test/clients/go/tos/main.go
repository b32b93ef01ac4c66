// ve-tos-golang-sdk: bytes of voice resources.
package main

import (
	"bytes"
	"context"

	"github.com/volcengine/ve-tos-golang-sdk/v2/tos"
	"github.com/volcengine/ve-tos-golang-sdk/v2/tos/enum"
	. "stowage.test/clients/steps"
)

var (
	ctx    = context.Background()
	body   = File("voice")
	task   = Begin("tos/begin", Setting.Run+" tos+中.wav")
	copied = Begin("tos/begin", Setting.Run+" copy.wav")
	client = open(Setting.Keys)
)

func open(keys Keys) *tos.ClientV2 {
	endpoint := Setting.URL
	if Setting.Names {
		endpoint = Setting.Scheme + "://tos-cn-beijing.volces.com"
	}
	return Must(tos.NewClientV2(endpoint, tos.WithRegion("cn-beijing"), tos.WithHTTPTransport(Transport()),
		tos.WithCredentials(tos.NewStaticCredentials(keys.Access, keys.Secret))))
}

func get(from *tos.ClientV2, key, span string) ([]byte, error) {
	answer, err := from.GetObjectV2(ctx, &tos.GetObjectV2Input{Bucket: task.Bucket, Key: key, Range: span})
	if err != nil {
		return nil, err
	}
	return Read(answer.Content), nil
}

func put(to *tos.ClientV2, key string) (*tos.PutObjectV2Output, error) {
	where := tos.PutObjectBasicInput{Bucket: task.Bucket, Key: key}
	return to.PutObjectV2(ctx, &tos.PutObjectV2Input{PutObjectBasicInput: where, Content: bytes.NewReader(body)})
}

func head(key string) (*tos.HeadObjectV2Output, error) {
	return client.HeadObjectV2(ctx, &tos.HeadObjectV2Input{Bucket: task.Bucket, Key: key})
}

func fails(status int, code string, err error) {
	failure := Failure[*tos.TosServerError](err)
	Same([]any{failure.StatusCode, failure.Code}, []any{status, code})
	if failure.RequestID == "" {
		panic("no request id")
	}
}

func readFails(status int, code string, from *tos.ClientV2, key, span string) {
	_, err := get(from, key, span)
	fails(status, code, err)
}

func main() {
	Do("HEAD of the bucket", func() {
		Must(client.HeadBucket(ctx, &tos.HeadBucketInput{Bucket: task.Bucket}))
	})

	Do("put an object", func() {
		answer := Must(put(client, task.Key))
		if answer.ETag == "" || answer.HashCrc64ecma == 0 {
			panic("no digests")
		}
	})

	Do("nothing to read before the commit", func() {
		readFails(404, "NoSuchKey", client, task.Key, "")
		task.Tell("tos/commit")
	})

	Do("get the object", func() { Same(Must(get(client, task.Key, "")), body) })

	Do("get ranges", func() {
		Same(Must(get(client, task.Key, "bytes=10-29")), body[10:30])
		Same(Must(get(client, task.Key, "bytes=-7")), body[len(body)-7:])
	})

	Do("HEAD of the object", func() { Same(Must(head(task.Key)).ContentLength, int64(len(body))) })

	Do("signed URL", func() {
		wanted := &tos.PreSignedURLInput{HTTPMethod: enum.HttpMethodGet, Bucket: task.Bucket, Key: task.Key, Expires: 600}
		_, read := Fetch("GET", Must(client.PreSignedURL(wanted)).SignedUrl, nil, nil)
		Same(read, body)
	})

	Do("error: wrong secret", func() {
		readFails(403, "SignatureDoesNotMatch", open(Keys{Setting.Keys.Access, "wrong"}), task.Key, "")
	})

	Do("error: unknown access key", func() {
		readFails(403, "InvalidAccessKeyId", open(Keys{"AKLTNOBODY", "x"}), task.Key, "")
	})

	Do("error: missing object", func() {
		readFails(404, "NoSuchKey", client, task.Key+".none", "")
		_, err := head(task.Key + ".none")
		Same(tos.StatusCode(err), 404)
	})

	Do("error: key that may only read", func() {
		Same(Must(get(open(Setting.Reader), task.Key, "")), body)
		_, err := put(open(Setting.Reader), task.Key+".none")
		fails(403, "AccessDenied", err)
	})

	Do("error: range past the end", func() {
		readFails(416, "Requested Range Not Satisfiable", client, task.Key, "bytes=99999999-")
	})

	Do("error: ACL of the bucket, which is not offered", func() {
		_, err := client.GetObjectACL(ctx, &tos.GetObjectACLInput{Bucket: task.Bucket, Key: task.Key})
		fails(501, "UnImplemented", err)
	})

	Do("list the bucket", func() {
		input := &tos.ListObjectsType2Input{Bucket: task.Bucket, Prefix: task.Key}
		listed := Must(client.ListObjectsType2(ctx, input)).Contents
		Same([]any{listed[0].Key, listed[0].Size}, []any{task.Key, int64(len(body))})
		first := &tos.ListObjectsV2Input{Bucket: task.Bucket}
		first.Delimiter = "/"
		Same(len(Must(client.ListObjectsV2(ctx, first)).CommonPrefixes), 1)
	})

	Do("copy an object", func() {
		from := &tos.CopyObjectInput{Bucket: task.Bucket, Key: copied.Key, SrcBucket: task.Bucket, SrcKey: task.Key}
		if Must(client.CopyObject(ctx, from)).ETag == "" {
			panic("no ETag")
		}
		copied.Tell("tos/commit")
		Same(Must(get(client, copied.Key, "")), body)
	})

	Do("delete objects", func() {
		Must(client.DeleteObjectV2(ctx, &tos.DeleteObjectV2Input{Bucket: task.Bucket, Key: copied.Key}))
		readFails(404, "NoSuchKey", client, copied.Key, "")
		many := &tos.DeleteMultiObjectsInput{Bucket: task.Bucket, Objects: []tos.ObjectTobeDeleted{{Key: copied.Key}}}
		Same(Must(client.DeleteMultiObjects(ctx, many)).Deleted[0].Key, copied.Key)
	})

	Do("gone after the delete", func() {
		task.Tell("tos/remove")
		readFails(404, "NoSuchKey", client, task.Key, "")
	})
}
