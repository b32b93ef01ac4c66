import com.obs.services.ObsClient;
import com.obs.services.exception.ObsException;
import com.obs.services.model.AbortMultipartUploadRequest;
import com.obs.services.model.CompleteMultipartUploadRequest;
import com.obs.services.model.DeleteObjectsRequest;
import com.obs.services.model.GetObjectRequest;
import com.obs.services.model.HttpMethodEnum;
import com.obs.services.model.InitiateMultipartUploadRequest;
import com.obs.services.model.ListObjectsRequest;
import com.obs.services.model.ListPartsRequest;
import com.obs.services.model.PartEtag;
import com.obs.services.model.TemporarySignatureRequest;
import com.obs.services.model.UploadPartRequest;
import com.obs.services.model.UploadPartResult;
import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** esdk-obs-java: bytes of VOD's assets. */
final class ObsStorage {
    private static final String HOST = "obs.cn-north-4.myhuaweicloud.com";
    private static ObsClient obs;
    private static String upload;

    private static ObsClient open(Steps.Keys keys) {
        String named = Steps.text("scheme") + "://" + HOST + ":" + Steps.text("port");
        String endpoint = Steps.setting.get("names").asBoolean() ? named : Steps.text("url");
        return new ObsClient(keys.access(), keys.secret(), endpoint);
    }

    private static byte[] get(ObsClient from, String bucket, String key, long... range) throws Exception {
        GetObjectRequest request = new GetObjectRequest(bucket, key);
        if (range.length > 0) {
            request.setRangeStart(range[0]);
            request.setRangeEnd(range[1]);
        }
        try (var body = from.getObject(request).getObjectContent()) {
            return body.readAllBytes();
        }
    }

    private static Object put(ObsClient to, Steps.Task task, byte[] bytes) {
        return to.putObject(task.bucket(), task.key(), new ByteArrayInputStream(bytes));
    }

    private static String begin(Steps.Task task) {
        return obs.initiateMultipartUpload(new InitiateMultipartUploadRequest(task.bucket(), task.key())).getUploadId();
    }

    private static UploadPartResult send(Steps.Task task, String upload, int number, byte[] piece) {
        UploadPartRequest request = new UploadPartRequest(task.bucket(), task.key());
        request.setUploadId(upload);
        request.setPartNumber(number);
        request.setInput(new ByteArrayInputStream(piece));
        request.setPartSize((long) piece.length);
        return obs.uploadPart(request);
    }

    private static void fails(int status, String code, Steps.Call<?> call) {
        ObsException fault = Steps.failure(ObsException.class, call);
        Steps.same(fault.getResponseCode() + " " + fault.getErrorCode(), status + " " + code);
        Steps.same(fault.getErrorRequestId() == null, false);
    }

    public static void main(String[] args) throws Exception {
        Steps.start(args, HOST, "vod-bucket-1-cn-north-4." + HOST);
        byte[] body = Steps.file("video");
        byte[] large = Steps.file("large");
        Steps.Task task = Steps.begin("obs/begin", Steps.text("run") + " 视频");
        Steps.Task parts = Steps.begin("obs/begin", Steps.text("run") + " parts");
        Steps.Task copied = Steps.begin("obs/begin", Steps.text("run") + " copy");
        String bucket = task.bucket();
        String key = task.key();
        Steps.Keys keys = Steps.keys("keys");
        obs = open(keys);
        List<PartEtag> sent = new ArrayList<>();

        Steps.step("HEAD of the bucket", () -> Steps.same(obs.headBucket(bucket), true));
        Steps.step("put an object", () -> {
            put(obs, task, body);
            task.tell("obs/commit");
        });
        Steps.step("get the object", () -> Steps.same(get(obs, bucket, key), body));
        Steps.step("get ranges", () -> {
            Steps.same(get(obs, bucket, key, 10, 29), Arrays.copyOfRange(body, 10, 30));
            long last = body.length - 1;
            Steps.same(get(obs, bucket, key, last - 6, last), Arrays.copyOfRange(body, body.length - 7, body.length));
        });
        Steps.step("HEAD of the object", () ->
            Steps.same(obs.getObjectMetadata(bucket, key).getContentLength(), (long) body.length));
        Steps.step("signed URL", () -> {
            TemporarySignatureRequest wanted = new TemporarySignatureRequest(HttpMethodEnum.GET, 600);
            wanted.setBucketName(bucket);
            wanted.setObjectKey(key);
            Steps.same(Steps.fetch(obs.createTemporarySignature(wanted).getSignedUrl()), body);
        });
        Steps.step("begin parts", () -> upload = begin(parts));
        Steps.step("upload parts", () -> {
            int half = 1 << 20;
            byte[][] pieces = {Arrays.copyOf(large, half), Arrays.copyOfRange(large, half, large.length)};
            for (byte[] piece : pieces) {
                int number = sent.size() + 1;
                sent.add(new PartEtag(send(parts, upload, number, piece).getEtag(), number));
            }
        });
        Steps.step("list parts", () -> {
            var listed = obs.listParts(new ListPartsRequest(bucket, parts.key(), upload)).getMultipartList();
            Steps.same(listed.stream().map(part -> part.getEtag()).toList(), sent.stream().map(PartEtag::getEtag).toList());
        });
        Steps.step("complete parts", () -> {
            obs.completeMultipartUpload(new CompleteMultipartUploadRequest(bucket, parts.key(), upload, sent));
            parts.tell("obs/commit");
        });
        Steps.step("read the parts back", () -> {
            Steps.same(get(obs, bucket, parts.key()), large);
            parts.tell("obs/remove");
        });
        Steps.step("abort parts", () -> {
            Steps.Task given = Steps.begin("obs/begin", Steps.text("run") + " abort");
            String begun = begin(given);
            send(given, begun, 1, body);
            obs.abortMultipartUpload(new AbortMultipartUploadRequest(bucket, given.key(), begun));
            fails(404, "NoSuchUpload", () -> obs.listParts(new ListPartsRequest(bucket, given.key(), begun)));
        });
        Steps.step("error: wrong secret", () ->
            fails(403, "SignatureDoesNotMatch", () -> get(open(new Steps.Keys(keys.access(), "wrong")), bucket, key)));
        Steps.step("error: unknown access key", () ->
            fails(403, "InvalidAccessKeyId", () -> get(open(new Steps.Keys("AKNOBODY", "x")), bucket, key)));
        Steps.step("error: missing object", () -> {
            fails(404, "NoSuchKey", () -> get(obs, bucket, key + "none"));
            Steps.same(Steps.failure(ObsException.class, () -> obs.getObjectMetadata(bucket, key + "none")).getResponseCode(), 404);
        });
        Steps.step("error: unknown upload", () ->
            fails(404, "NoSuchUpload", () -> send(task, "0".repeat(32), 1, new byte[] {1})));
        Steps.step("error: key that may only read", () -> {
            ObsClient reader = open(Steps.keys("reader"));
            reader.getObjectMetadata(bucket, key);
            fails(403, "AccessDenied", () -> put(reader, task, body));
        });
        Steps.step("error: range past the end", () ->
            fails(416, "InvalidRange", () -> get(obs, bucket, key, 99_999_990, 99_999_999)));
        Steps.step("error: ACL of the bucket, which is not offered", () ->
            fails(501, "NotImplemented", () -> obs.getBucketAcl(bucket)));
        Steps.step("list the bucket", () -> {
            ListObjectsRequest request = new ListObjectsRequest(bucket);
            request.setPrefix(key);
            var listed = obs.listObjects(request).getObjects().get(0);
            Steps.same(listed.getObjectKey() + " " + listed.getMetadata().getContentLength(), key + " " + body.length);
        });
        Steps.step("copy an object", () -> {
            Steps.same(obs.copyObject(bucket, key, bucket, copied.key()).getEtag() == null, false);
            copied.tell("obs/commit");
            Steps.same(get(obs, bucket, copied.key()), body);
        });
        Steps.step("delete objects", () -> {
            obs.deleteObject(bucket, copied.key());
            fails(404, "NoSuchKey", () -> get(obs, bucket, copied.key()));
            DeleteObjectsRequest many = new DeleteObjectsRequest(bucket);
            many.addKeyAndVersion(copied.key());
            Steps.same(obs.deleteObjects(many).getDeletedObjectResults().get(0).getObjectKey(), copied.key());
        });
        Steps.step("gone after the delete", () -> {
            task.tell("obs/remove");
            fails(404, "NoSuchKey", () -> get(obs, bucket, key));
        });
        System.exit(0);
    }
}
