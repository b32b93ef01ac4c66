// volcengine-go-sdk: voice resources.
package main

import (
	"net/http"

	"github.com/volcengine/volcengine-go-sdk/service/vms"
	"github.com/volcengine/volcengine-go-sdk/volcengine"
	"github.com/volcengine/volcengine-go-sdk/volcengine/credentials"
	"github.com/volcengine/volcengine-go-sdk/volcengine/session"
	"github.com/volcengine/volcengine-go-sdk/volcengine/volcengineerr"
	. "stowage.test/clients/steps"
)

var (
	body      = File("voice")
	name      = Setting.Run + ".wav"
	client    = open(Setting.Keys)
	text      = volcengine.String
	key, link *string
)

func open(keys Keys) *vms.VMS {
	config := volcengine.NewConfig().WithRegion("cn-north-1").WithHTTPClient(&http.Client{Transport: Transport()}).
		WithCredentials(credentials.NewStaticCredentials(keys.Access, keys.Secret, ""))
	if !Setting.Names {
		config.WithEndpoint(Setting.Host).WithDisableSSL(Setting.Scheme == "http")
	}
	return vms.New(Must(session.NewSession(config)))
}

func fails(status int, code string, err error) {
	failure := Failure[volcengineerr.RequestFailure](err)
	Same([]any{failure.StatusCode(), failure.Code()}, []any{status, code})
	if failure.RequestID() == "" {
		panic("no request id")
	}
}

func commit() *vms.CommitResourceUploadOutput {
	return Must(client.CommitResourceUpload(&vms.CommitResourceUploadInput{FileName: &name}))
}

func main() {
	Do("GetResourceUploadUrl", func() {
		link = Must(client.GetResourceUploadUrl(&vms.GetResourceUploadUrlInput{FileName: &name})).UploadUrl
	})

	Do("PUT by the upload URL", func() {
		answer, _ := Fetch("PUT", *link, body, nil)
		Same(answer.StatusCode, 200)
	})

	Do("CommitResourceUpload", func() {
		answer := commit()
		Same([]string{*answer.Name, *answer.Suffix}, []string{name, ".wav"})
		key = answer.ResourceKey
	})

	Do("CommitResourceUpload again", func() { Same(*commit().ResourceKey, *key) })

	Do("QueryOpenGetResource", func() {
		number := volcengine.Int32
		query := &vms.QueryOpenGetResourceInput{Keyword: &Setting.Run, Type: number(0), Limit: number(10), Offset: number(0)}
		answer := Must(client.QueryOpenGetResource(query))
		Same([]any{*answer.Total, *answer.Records[0].ResourceKey}, []any{int32(1), *key})
	})

	Do("QueryUsableResourceV2", func() {
		answer := Must(client.QueryUsableResourceV2(&vms.QueryUsableResourceV2Input{Type: volcengine.Int32(0)}))
		for _, record := range answer.Records {
			if *record.ResourceKey == *key {
				return
			}
		}
		panic("it is not among the records")
	})

	Do("read back, whole and by ranges", func() {
		ReadsBack(Service("voice/link", map[string]string{"name": name})["url"].(string), body)
	})

	Do("OpenUpdateResource", func() {
		renamed := text(Setting.Run + " renamed")
		answer := Must(client.OpenUpdateResource(&vms.OpenUpdateResourceInput{ResourceKey: key, Name: renamed}))
		Same(*answer.Name, *renamed)
	})

	Do("OpenCreateTts", func() {
		template := &vms.OpenCreateTtsInput{Name: text("tts"), TtsTemplateContent: text("您的验证码是#code#"), Remark: text("r")}
		Same(len(*Must(client.OpenCreateTts(template)).ResourceKey), 32)
	})

	Do("error: wrong secret", func() {
		wrong := open(Keys{Setting.Keys.Access, "wrong"})
		_, err := wrong.GetResourceUploadUrl(&vms.GetResourceUploadUrlInput{FileName: &name})
		fails(401, "SignatureNotMatch", err)
	})

	Do("error: missing resource", func() {
		_, err := client.OpenDeleteResource(&vms.OpenDeleteResourceInput{ResourceKey: text("00000000000000000000000000000000")})
		fails(400, "InvalidParameter", err)
	})

	Do("error: key that may only read", func() {
		_, err := open(Setting.Reader).OpenDeleteResource(&vms.OpenDeleteResourceInput{ResourceKey: key})
		fails(403, "AccessDenied", err)
	})

	Do("error: missing parameter", func() {
		_, err := client.CommitResourceUpload(&vms.CommitResourceUploadInput{FileName: text("")})
		fails(400, "MissingParameter", err)
	})

	Do("OpenDeleteResource", func() {
		answer := Must(client.OpenDeleteResource(&vms.OpenDeleteResourceInput{ResourceKey: key}))
		Same(*answer.ResourceKey, *key)
	})
}
