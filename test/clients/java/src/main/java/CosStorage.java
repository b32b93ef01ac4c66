import com.qcloud.cos.COSClient;
import com.qcloud.cos.ClientConfig;
import com.qcloud.cos.auth.BasicCOSCredentials;
import com.qcloud.cos.endpoint.UserSpecifiedEndpointBuilder;
import com.qcloud.cos.exception.CosServiceException;
import com.qcloud.cos.http.HttpMethodName;
import com.qcloud.cos.http.HttpProtocol;
import com.qcloud.cos.model.DeleteObjectsRequest;
import com.qcloud.cos.model.GetObjectRequest;
import com.qcloud.cos.model.HeadBucketRequest;
import com.qcloud.cos.model.ObjectMetadata;
import com.qcloud.cos.model.UploadPartRequest;
import com.qcloud.cos.region.Region;
import java.io.ByteArrayInputStream;
import java.util.Arrays;
import java.util.Date;

/** cos_api: bytes of SMH's files, with the account's own keys. */
final class CosStorage {
    private static Steps.Task task;
    private static String key;

    private static COSClient open(Steps.Keys keys) {
        ClientConfig config = new ClientConfig(new Region("ap-beijing"));
        config.setHttpProtocol(Steps.text("scheme").equals("http") ? HttpProtocol.http : HttpProtocol.https);
        String host = task.bucket() + ".cos.ap-beijing.myqcloud.com:" + Steps.text("port");
        String at = Steps.setting.get("names").asBoolean() ? host : Steps.text("host");
        config.setEndpointBuilder(new UserSpecifiedEndpointBuilder(at, at));
        return new COSClient(new BasicCOSCredentials(keys.access(), keys.secret()), config);
    }

    private static byte[] get(COSClient from, String key, long... range) throws Exception {
        GetObjectRequest request = new GetObjectRequest(task.bucket(), key);
        if (range.length > 0) request.setRange(range[0], range[1]);
        try (var body = from.getObject(request).getObjectContent()) {
            return body.readAllBytes();
        }
    }

    private static Object put(COSClient to, byte[] bytes) {
        ObjectMetadata metadata = new ObjectMetadata();
        metadata.setContentLength(bytes.length);
        return to.putObject(task.bucket(), key, new ByteArrayInputStream(bytes), metadata);
    }

    private static Object send(COSClient to, String key, String upload, int number, byte[] piece) {
        return to.uploadPart(new UploadPartRequest().withBucketName(task.bucket()).withKey(key).withUploadId(upload)
            .withPartNumber(number).withInputStream(new ByteArrayInputStream(piece)).withPartSize(piece.length));
    }

    private static void fails(int status, String code, Steps.Call<?> call) {
        CosServiceException fault = Steps.failure(CosServiceException.class, call);
        Steps.same(fault.getStatusCode() + " " + fault.getErrorCode(), status + " " + code);
        Steps.same(fault.getRequestId() == null, false);
    }

    public static void main(String[] args) throws Exception {
        Steps.start(args, "examplebucket-1250000000.cos.ap-beijing.myqcloud.com");
        byte[] body = Steps.file("video");
        byte[] large = Steps.file("large");
        task = Steps.begin("cos/begin", Steps.text("run") + ".mp4");
        key = task.key();
        Steps.Keys keys = Steps.keys("keys");
        COSClient cos = open(keys);

        Steps.step("HEAD of the bucket", () -> cos.headBucket(new HeadBucketRequest(task.bucket())));
        Steps.step("put an object", () -> put(cos, body));
        Steps.step("nothing to read before the confirm", () -> {
            fails(404, "NoSuchKey", () -> get(cos, key));
            key = task.tell("cos/commit").get("key").asText();
        });
        Steps.step("get the object", () -> Steps.same(get(cos, key), body));
        Steps.step("get ranges", () -> {
            Steps.same(get(cos, key, 10, 29), Arrays.copyOfRange(body, 10, 30));
            Steps.same(get(cos, key, body.length - 7, body.length - 1), Arrays.copyOfRange(body, body.length - 7, body.length));
        });
        Steps.step("HEAD of the object", () ->
            Steps.same(cos.getObjectMetadata(task.bucket(), key).getContentLength(), (long) body.length));
        Steps.step("signed URL", () -> {
            Date end = new Date(System.currentTimeMillis() + 600_000);
            Steps.same(Steps.fetch(cos.generatePresignedUrl(task.bucket(), key, end, HttpMethodName.GET).toString()), body);
        });
        Steps.step("upload parts, renew between them", () -> {
            Steps.Task parts = Steps.begin("cos/begin-parts", Steps.text("run") + " parts.mp4");
            int half = 1 << 20;
            send(cos, parts.key(), parts.uploadId(), 1, Arrays.copyOf(large, half));
            parts.tell("cos/renew");
            send(cos, parts.key(), parts.uploadId(), 2, Arrays.copyOfRange(large, half, large.length));
            Steps.same(get(cos, parts.tell("cos/commit").get("key").asText()), large);
            parts.tell("cos/remove");
        });
        Steps.step("error: wrong secret", () ->
            fails(403, "SignatureDoesNotMatch", () -> get(open(new Steps.Keys(keys.access(), "wrong")), key)));
        Steps.step("error: unknown access key", () ->
            fails(403, "InvalidAccessKeyId", () -> get(open(new Steps.Keys("AKIDNOBODY", "x")), key)));
        Steps.step("error: missing object", () -> {
            fails(404, "NoSuchKey", () -> get(cos, key + "none"));
            Steps.same(cos.doesObjectExist(task.bucket(), key + "none"), false);
        });
        Steps.step("error: unknown upload", () ->
            fails(404, "NoSuchUpload", () -> send(cos, key, "none", 1, new byte[] {1})));
        Steps.step("error: key that may only read", () -> {
            COSClient reader = open(Steps.keys("reader"));
            reader.getObjectMetadata(task.bucket(), key);
            fails(403, "AccessDenied", () -> put(reader, body));
        });
        Steps.step("error: range past the end", () ->
            fails(416, "InvalidRange", () -> get(cos, key, 99_999_990, 99_999_999)));
        Steps.step("error: ACL of the bucket, which is not offered", () ->
            fails(501, "NotImplemented", () -> cos.getBucketAcl(task.bucket())));
        String[] names = key.split("/");
        String file = names[0] + "/" + names[1] + "/" + names[2] + "/" + task.name();
        String copy = file + ".copy";
        Steps.step("list the bucket", () -> {
            var listed = cos.listObjects(task.bucket(), file).getObjectSummaries().get(0);
            Steps.same(listed.getKey() + " " + listed.getSize(), file + " " + body.length);
        });
        Steps.step("copy an object", () -> {
            Steps.same(cos.copyObject(task.bucket(), file, task.bucket(), copy).getETag() == null, false);
            Steps.same(get(cos, copy), body);
        });
        Steps.step("delete objects", () -> {
            cos.deleteObject(task.bucket(), copy);
            fails(404, "NoSuchKey", () -> get(cos, copy));
            var many = new DeleteObjectsRequest(task.bucket()).withKeys(copy);
            Steps.same(cos.deleteObjects(many).getDeletedObjects().get(0).getKey(), copy);
        });
        Steps.step("gone after the delete", () -> {
            task.tell("cos/remove");
            fails(404, "NoSuchKey", () -> get(cos, key));
        });
        System.exit(0);
    }
}
