// huaweicloud-sdk-go-obs: bytes of VOD's assets.
package main

import (
	"bytes"
	"fmt"

	"github.com/huaweicloud/huaweicloud-sdk-go-obs/obs"
	. "stowage.test/clients/steps"
)

var (
	body, large = File("video"), File("large")
	task        = Begin("obs/begin", Setting.Run+" 视频")
	parts       = Begin("obs/begin", Setting.Run+" parts")
	copied      = Begin("obs/begin", Setting.Run+" copy")
	client      = open(Setting.Keys)
	upload      string
	sent        []obs.Part
)

func open(keys Keys) *obs.ObsClient {
	endpoint := Setting.URL
	if Setting.Names {
		endpoint = Setting.Scheme + "://obs.cn-north-4.myhuaweicloud.com"
	}
	return Must(obs.New(keys.Access, keys.Secret, endpoint, obs.WithHttpTransport(Transport())))
}

func get(from *obs.ObsClient, task Task, start, end int64) ([]byte, error) {
	input := &obs.GetObjectInput{RangeStart: start, RangeEnd: end}
	input.Bucket, input.Key = task.Bucket, task.Key
	answer, err := from.GetObject(input)
	if err != nil {
		return nil, err
	}
	return Read(answer.Body), nil
}

func put(to *obs.ObsClient, task Task) (*obs.PutObjectOutput, error) {
	input := &obs.PutObjectInput{Body: bytes.NewReader(body)}
	input.Bucket, input.Key = task.Bucket, task.Key
	return to.PutObject(input)
}

func head(from *obs.ObsClient, task Task) (*obs.GetObjectMetadataOutput, error) {
	return from.GetObjectMetadata(&obs.GetObjectMetadataInput{Bucket: task.Bucket, Key: task.Key})
}

func begin(task Task) string {
	input := &obs.InitiateMultipartUploadInput{}
	input.Bucket, input.Key = task.Bucket, task.Key
	return Must(client.InitiateMultipartUpload(input)).UploadId
}

func send(task Task, upload string, number int, piece []byte) (*obs.UploadPartOutput, error) {
	return client.UploadPart(&obs.UploadPartInput{
		Bucket: task.Bucket, Key: task.Key, UploadId: upload, PartNumber: number, Body: bytes.NewReader(piece),
	})
}

func list(task Task, upload string) (*obs.ListPartsOutput, error) {
	return client.ListParts(&obs.ListPartsInput{Bucket: task.Bucket, Key: task.Key, UploadId: upload})
}

func fails(status int, code string, err error) {
	failure := Failure[obs.ObsError](err)
	Same([]any{failure.StatusCode, failure.Code}, []any{status, code})
	if failure.RequestId == "" {
		panic("no request id")
	}
}

func readFails(status int, code string, from *obs.ObsClient, task Task, start, end int64) {
	_, err := get(from, task, start, end)
	fails(status, code, err)
}

func main() {
	none := task
	none.Key += "none"

	Do("HEAD of the bucket", func() { Must(client.HeadBucket(task.Bucket)) })

	Do("put an object", func() {
		Same(len(Must(put(client, task)).ETag) > 2, true)
		task.Tell("obs/commit")
	})

	Do("get the object", func() { Same(Must(get(client, task, 0, 0)), body) })

	Do("get ranges", func() {
		Same(Must(get(client, task, 10, 29)), body[10:30])
		last := int64(len(body)) - 1
		Same(Must(get(client, task, last-6, last)), body[last-6:])
	})

	Do("HEAD of the object", func() { Same(Must(head(client, task)).ContentLength, int64(len(body))) })

	Do("signed URL", func() {
		wanted := &obs.CreateSignedUrlInput{Method: obs.HttpMethodGet, Bucket: task.Bucket, Key: task.Key, Expires: 600}
		_, read := Fetch("GET", Must(client.CreateSignedUrl(wanted)).SignedUrl, nil, nil)
		Same(read, body)
	})

	Do("begin parts", func() { upload = begin(parts) })

	Do("upload parts", func() {
		for at, piece := range [][]byte{large[:1<<20], large[1<<20:]} {
			etag := Must(send(parts, upload, at+1, piece)).ETag
			sent = append(sent, obs.Part{PartNumber: at + 1, ETag: etag})
		}
	})

	Do("list parts", func() {
		for at, part := range Must(list(parts, upload)).Parts {
			Same([]any{part.PartNumber, part.ETag}, []any{sent[at].PartNumber, sent[at].ETag})
		}
	})

	Do("complete parts", func() {
		Must(client.CompleteMultipartUpload(&obs.CompleteMultipartUploadInput{
			Bucket: parts.Bucket, Key: parts.Key, UploadId: upload, Parts: sent,
		}))
		parts.Tell("obs/commit")
	})

	Do("read the parts back", func() {
		Same(Must(get(client, parts, 0, 0)), large)
		parts.Tell("obs/remove")
	})

	Do("abort parts", func() {
		given := Begin("obs/begin", Setting.Run+" abort")
		upload := begin(given)
		Must(send(given, upload, 1, body))
		Must(client.AbortMultipartUpload(&obs.AbortMultipartUploadInput{Bucket: given.Bucket, Key: given.Key, UploadId: upload}))
		_, err := list(given, upload)
		fails(404, "NoSuchUpload", err)
	})

	Do("error: wrong secret", func() {
		readFails(403, "SignatureDoesNotMatch", open(Keys{Setting.Keys.Access, "wrong"}), task, 0, 0)
	})

	Do("error: unknown access key", func() {
		readFails(403, "InvalidAccessKeyId", open(Keys{"AKNOBODY", "x"}), task, 0, 0)
	})

	Do("error: missing object", func() {
		readFails(404, "NoSuchKey", client, none, 0, 0)
		_, err := head(client, none)
		Same(Failure[obs.ObsError](err).StatusCode, 404)
	})

	Do("error: unknown upload", func() {
		_, err := send(task, fmt.Sprintf("%032d", 0), 1, []byte("x"))
		fails(404, "NoSuchUpload", err)
	})

	Do("error: key that may only read", func() {
		Must(head(open(Setting.Reader), task))
		_, err := put(open(Setting.Reader), task)
		fails(403, "AccessDenied", err)
	})

	Do("error: range past the end", func() {
		readFails(416, "InvalidRange", client, task, 99999990, 99999999)
	})

	Do("error: ACL of the bucket, which is not offered", func() {
		_, err := client.GetBucketAcl(task.Bucket)
		fails(501, "NotImplemented", err)
	})

	Do("list the bucket", func() {
		input := &obs.ListObjectsInput{Bucket: task.Bucket}
		input.Prefix = task.Key
		listed := Must(client.ListObjects(input)).Contents
		Same([]any{listed[0].Key, listed[0].Size}, []any{task.Key, int64(len(body))})
		Must(client.ListBuckets(nil))
	})

	Do("copy an object", func() {
		input := &obs.CopyObjectInput{CopySourceBucket: task.Bucket, CopySourceKey: task.Key}
		input.Bucket, input.Key = copied.Bucket, copied.Key
		if Must(client.CopyObject(input)).ETag == "" {
			panic("no ETag")
		}
		copied.Tell("obs/commit")
		Same(Must(get(client, copied, 0, 0)), body)
	})

	Do("delete objects", func() {
		Must(client.DeleteObject(&obs.DeleteObjectInput{Bucket: copied.Bucket, Key: copied.Key}))
		readFails(404, "NoSuchKey", client, copied, 0, 0)
		many := &obs.DeleteObjectsInput{Bucket: copied.Bucket, Objects: []obs.ObjectToDelete{{Key: copied.Key}}}
		Same(Must(client.DeleteObjects(many)).Deleteds[0].Key, copied.Key)
	})

	Do("gone after the delete", func() {
		task.Tell("obs/remove")
		readFails(404, "NoSuchKey", client, task, 0, 0)
	})
}
