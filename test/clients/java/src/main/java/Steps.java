import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;

/** What all programs here share: their setting, the service beside them, and steps that print what came of them. */
final class Steps {
    static final ObjectMapper JSON = new ObjectMapper();
    static JsonNode setting;

    /** An access key and its secret. */
    record Keys(String access, String secret) {}

    /** Where a storage client's bytes go. */
    record Task(String name, String bucket, String key, String uploadId, String handle) {
        /** Has the service do something with an upload that it has begun. */
        JsonNode tell(String call) throws Exception {
            return service(call, Map.of("name", name, "handle", handle));
        }
    }

    interface Step {
        void run() throws Exception;
    }

    interface Call<T> {
        T run() throws Exception;
    }

    /** Reads the setting, has the names of {@code hosts} lead to this machine, and trusts the server's authority. */
    static void start(String[] args, String... hosts) throws Exception {
        setting = JSON.readTree(args[0]);
        if (setting.get("names").asBoolean()) {
            Path lines = Files.createTempFile("hosts", "");
            Files.writeString(lines, "127.0.0.1 " + String.join(" ", hosts) + "\n");
            lines.toFile().deleteOnExit();
            System.setProperty("jdk.net.hosts.file", lines.toString());
        }
        if (!setting.get("ca").isNull()) trust(Path.of(setting.get("ca").asText()));
    }

    private static void trust(Path authority) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        try (InputStream pem = Files.newInputStream(authority)) {
            store.setCertificateEntry("stowage", CertificateFactory.getInstance("X.509").generateCertificate(pem));
        }
        Path file = Files.createTempFile("trusted", ".p12");
        try (var out = Files.newOutputStream(file)) {
            store.store(out, "changeit".toCharArray());
        }
        file.toFile().deleteOnExit();
        System.setProperty("javax.net.ssl.trustStore", file.toString());
        System.setProperty("javax.net.ssl.trustStorePassword", "changeit");
    }

    static Keys keys(String name) {
        return new Keys(setting.get(name).get("access").asText(), setting.get(name).get("secret").asText());
    }

    static String text(String name) {
        return setting.get(name).asText();
    }

    static byte[] file(String name) throws Exception {
        return Files.readAllBytes(Path.of(setting.get("files").get(name).asText()));
    }

    /** Runs a step and prints its name and whether it threw. */
    static void step(String name, Step step) throws Exception {
        try {
            step.run();
            System.out.println(JSON.writeValueAsString(Map.of("step", name, "ok", true)));
        } catch (Throwable fault) {
            StringWriter trace = new StringWriter();
            fault.printStackTrace(new PrintWriter(trace));
            System.out.println(JSON.writeValueAsString(Map.of("step", name, "ok", false, "error", trace.toString())));
        }
    }

    /** Compares bytes or values without printing much of them. */
    static void same(Object actual, Object expected) {
        if (actual instanceof byte[] bytes && expected instanceof byte[] others) {
            if (!Arrays.equals(bytes, others)) throw new AssertionError(bytes.length + " bytes are not those " + others.length);
        } else if (!Objects.equals(actual, expected)) throw new AssertionError(actual + " is not " + expected);
    }

    /** What a call throws, which must be of this kind. */
    static <E extends Exception> E failure(Class<E> kind, Call<?> call) {
        Object answer;
        try {
            answer = call.run();
        } catch (Exception fault) {
            if (kind.isInstance(fault)) return kind.cast(fault);
            throw new AssertionError(fault);
        }
        throw new AssertionError("nothing was thrown: " + answer);
    }

    /** One call of the program that begins and confirms uploads. */
    static JsonNode service(String call, Map<String, String> fields) throws Exception {
        var body = HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(fields));
        var request = HttpRequest.newBuilder(URI.create(text("service") + "/" + call)).POST(body).build();
        var answer = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 200) throw new AssertionError("the service answered " + answer.body());
        return JSON.readTree(answer.body());
    }

    static Task begin(String call, String name) throws Exception {
        JsonNode told = service(call, Map.of("name", name));
        return new Task(name, told.path("bucket").asText(), told.path("key").asText(), told.path("uploadId").asText(),
            told.path("handle").asText());
    }

    /** The body of what lies at a URL. */
    static byte[] fetch(String url) throws Exception {
        var connection = (HttpURLConnection) URI.create(url).toURL().openConnection();
        try (InputStream body = connection.getInputStream()) {
            return body.readAllBytes();
        }
    }
}
