#include "generate/vocabulary.h"

namespace logmill::generate {

namespace {

using enum record::Severity;
using enum Role;

constexpr ServiceWord kServices[] = {
    {"gateway", edge},   {"catalog", shop}, {"auth", login},  {"orders", shop},   {"payments", payment}, {"search", data},
    {"inventory", data}, {"mailer", jobs},  {"media", files}, {"profile", login}, {"scheduler", jobs},   {"billing", payment},
};

constexpr MessageWord kMessages[] = {
    {trace, edge, "matched route {path} for {ip}"},
    {trace, edge, "upstream {host} selected, {small} in flight"},
    {debug, edge, "keep-alive connection reused from {ip}:{port}"},
    {debug, edge, "request headers parsed: {small} headers, {size} bytes"},
    {debug, edge, "cache miss for {path}"},
    {info, edge, "{method} {path} {status} in {ms} ms"},
    {info, edge, "request completed: {method} {path} {status}"},
    {info, edge, "proxied {path} to {host}:{port}, {size} bytes"},
    {info, edge, "connection from {ip}:{port} closed after {small} requests"},
    {info, edge, "TLS handshake with {ip} done, TLSv1.3 AES_256_GCM"},
    {warn, edge, "slow upstream {host}: {method} {path} took {ms} ms"},
    {warn, edge, "rate limit reached for {ip}: {small} requests in 1s"},
    {warn, edge, "client {ip} closed connection before the response to {path}"},
    {error, edge, "upstream {host}:{port} timed out after {ms} ms: {path}"},
    {error, edge, "connect() to {ip}:{port} failed: connection refused"},
    {error, edge, "upstream prematurely closed connection while reading {path}"},
    {fatal, edge, "cannot bind to port {port}: address already in use"},

    {trace, login, "password hash checked in {ms} ms"},
    {debug, login, "session {hex} loaded for user {user}"},
    {debug, login, "token for user {user} expires in {small} minutes"},
    {info, login, "user {user} logged in from {ip}"},
    {info, login, "session {hex} refreshed for user {user}"},
    {info, login, "token issued for user {user}, scope read write"},
    {info, login, "user {user} logged out"},
    {info, login, "profile of user {user} updated, {small} fields"},
    {info, login, "accepted publickey for {user} from {ip} port {port} ssh2"},
    {warn, login, "failed password for {user} from {ip} port {port}"},
    {warn, login, "token of user {user} rejected: expired {small} minutes ago"},
    {warn, login, "{small} failed logins for user {user} from {ip}, delaying"},
    {error, login, "authentication failure for user \"{user}\": directory not reachable"},
    {error, login, "session store {host}:{port} unavailable: connection reset by peer"},
    {error, login, "signature check failed for token {hex} from {ip}"},
    {fatal, login, "signing key {hex} not readable: permission denied"},

    {trace, shop, "price rule {small} applied to item {number}"},
    {debug, shop, "cart of user {user} holds {small} items"},
    {debug, shop, "cache hit for product {number}, age {small} s"},
    {info, shop, "order {number} placed by {user}: {small} items"},
    {info, shop, "product {number} viewed by user {user}"},
    {info, shop, "item {number} added to the cart of {user}"},
    {info, shop, "order {number} moved from packed to shipped"},
    {info, shop, "{small} recommendations for user {user} in {ms} ms"},
    {warn, shop, "product {number} is out of stock, order {hex} waits"},
    {warn, shop, "invalid quantity \"-{small}\" in request from {ip}"},
    {warn, shop, "price of product {number} is older than {small} hours"},
    {error, shop, "order {number} failed: inventory did not answer within {ms} ms"},
    {error, shop, "cannot load product {number}: timeout after {ms} ms"},
    {error, shop, "unexpected null in order {hex}: shipping address missing"},
    {fatal, shop, "event stream {hex} lost, {small} partitions without a leader"},

    {trace, payment, "entering charge for order {number}"},
    {debug, payment, "idempotency key {hex} not seen before"},
    {debug, payment, "provider answered in {ms} ms with status {status}"},
    {info, payment, "payment {hex} of order {number} authorised"},
    {info, payment, "payment {hex} captured, {number} cents"},
    {info, payment, "invoice {number} created for user {user}"},
    {info, payment, "refund {hex} of {number} cents sent to user {user}"},
    {warn, payment, "payment {hex} declined: insufficient funds"},
    {warn, payment, "provider answered {status}, retry {small} in {ms} ms"},
    {warn, payment, "card of user {user} expires this month"},
    {error, payment, "payment {hex} failed: provider timeout after {ms} ms"},
    {error, payment, "webhook signature mismatch from {ip}, body of {size} bytes"},
    {error, payment, "ledger out of balance by {small} cents in batch {number}"},
    {fatal, payment, "lost connection to ledger {host}:{port}, refusing all charges"},

    {trace, data, "plan {hex} chosen for table {table}"},
    {debug, data, "query on {table} returned {small} rows in {ms} ms"},
    {debug, data, "connection {small} returned to the pool"},
    {info, data, "query {hex} on {table} took {ms} ms, {number} rows"},
    {info, data, "checkpoint complete: {number} buffers written in {ms} ms"},
    {info, data, "reindexed {table}: {number} documents, {size} bytes"},
    {info, data, "vacuum of table {table} removed {number} row versions"},
    {info, data, "replica {host} caught up, lag {ms} ms"},
    {warn, data, "slow query on {table}: {ms} ms, {number} rows scanned"},
    {warn, data, "connection pool at {small} of 100, {small} waiting"},
    {warn, data, "replica {host} is {small} s behind"},
    {error, data, "deadlock detected on {table}, transaction {number} rolled back"},
    {error, data, "duplicate key value violates unique constraint \"{table}_pkey\""},
    {error, data, "connection to {host}:{port} lost: connection reset by peer"},
    {fatal, data, "could not write to file base/{number}: no space left on device"},

    {trace, jobs, "polling queue {job}, {small} messages visible"},
    {debug, jobs, "job {job} claimed by worker {small}"},
    {info, jobs, "job {job} finished in {ms} ms, {number} records"},
    {info, jobs, "job {job} started by {user}, run {hex}"},
    {info, jobs, "mail {hex} to {user}@example.com sent, {size} bytes"},
    {info, jobs, "schedule reloaded: {small} jobs active"},
    {warn, jobs, "job {job} still runs after {small} minutes, skipping this start"},
    {warn, jobs, "mail {hex} deferred: 450 mailbox of {user} is busy"},
    {error, jobs, "job {job} failed with exit status {small}: broken pipe"},
    {error, jobs, "mail {hex} to {user}@example.com bounced: 550 no such user"},
    {fatal, jobs, "worker {small} killed: out of memory after {size} bytes"},

    {trace, files, "read {size} bytes at offset {number} of object {hex}"},
    {debug, files, "object {hex} found in cache, {size} bytes"},
    {info, files, "object {hex} stored, {size} bytes in {ms} ms"},
    {info, files, "thumbnail of {hex} made: {small} x {small}, {size} bytes"},
    {info, files, "upload {hex} from {ip} complete, {size} bytes"},
    {info, files, "deleted {small} expired objects, {size} bytes freed"},
    {warn, files, "disk on {host} is {small}% full"},
    {warn, files, "object {hex} has {small} of 3 replicas"},
    {error, files, "checksum mismatch in object {hex}: {size} bytes unreadable"},
    {error, files, "cannot write object {hex}: no space left on device"},
    {fatal, files, "volume {small} went read-only after an I/O error"},
};

constexpr Route kRoutes[] = {
    {"GET", "/", false, ""},
    {"GET", "/api/v1/products/", true, ""},
    {"GET", "/static/app.js", false, ""},
    {"GET", "/api/v1/search?q=item", true, ""},
    {"POST", "/login", false, ""},
    {"GET", "/static/style.css", false, ""},
    {"GET", "/api/v1/users/", true, "/orders"},
    {"POST", "/api/v1/cart/", true, "/items"},
    {"GET", "/images/product-", true, ".webp"},
    {"GET", "/api/v2/orders/", true, ""},
    {"POST", "/api/v2/orders", false, ""},
    {"GET", "/health", false, ""},
    {"POST", "/api/v1/payments", false, ""},
    {"PUT", "/api/v1/users/", true, "/profile"},
    {"GET", "/favicon.ico", false, ""},
    {"DELETE", "/api/v1/cart/", true, ""},
    {"GET", "/robots.txt", false, ""},
    {"GET", "/wp-login.php", false, ""},
    {"HEAD", "/", false, ""},
    {"OPTIONS", "/api/v1/products", false, ""},
};

constexpr std::string_view kUsers[] = {
    "alice",  "bob",     "carol",   "dave",    "erin",     "frank",   "grace", "heidi",  "ivan",   "judy",   "karim",   "leila", "mallory",
    "nina",   "oscar",   "peggy",   "quentin", "ruth",     "sybil",   "trent", "ursula", "victor", "wendy",  "xavier",  "yusuf", "zoe",
    "amir",   "bjorn",   "chen",    "daniela", "emeka",    "fatima",  "goran", "hana",   "ines",   "jonas",  "keiko",   "lars",  "mei",
    "nadia",  "olga",    "pablo",   "qiang",   "rosa",     "sven",    "tomas", "uma",    "vera",   "wei",    "ximena",  "yara",  "zoltan",
    "anna.k", "b.meyer", "c_lopez", "d.novak", "e-tanaka", "f.rossi", "admin", "root",   "deploy", "backup", "monitor", "guest",
};

constexpr std::string_view kAgents[] = {
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/142.0.0.0 Safari/537.36",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like "
    "Gecko) "
    "Version/18.6 Mobile/15E148 Safari/604.1",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/18.6 Safari/605.1.15",
    "Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0",
    "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/142.0.0.0 Mobile Safari/537.36",
    "kube-probe/1.34",
    "curl/7.88.1",
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "python-requests/2.32.3",
    "Go-http-client/2.0",
    "Prometheus/3.5.0",
    "-",
};

constexpr std::string_view kReferrers[] = {
    "-", "https://shop.example.com/", "https://shop.example.com/search", "https://www.google.com/", "https://news.example.org/article/4711",
};

constexpr std::string_view kTables[] = {"orders",  "order_items", "users",     "sessions", "products",  "payments", "stock",
                                        "reviews", "audit",       "addresses", "coupons",  "shipments", "invoices", "search_v2"};

constexpr std::string_view kJobs[] = {"daily-report", "send-newsletter", "sync-stock", "expire-carts", "rotate-keys",
                                      "reindex",      "bill-monthly",    "clean-tmp",  "export-csv",   "warm-cache"};

}  // namespace

std::span<const ServiceWord> service_words() { return kServices; }
std::span<const MessageWord> message_words() { return kMessages; }
std::span<const Route> routes() { return kRoutes; }
std::span<const std::string_view> user_words() { return kUsers; }
std::span<const std::string_view> agent_words() { return kAgents; }
std::span<const std::string_view> referrer_words() { return kReferrers; }
std::span<const std::string_view> table_words() { return kTables; }
std::span<const std::string_view> job_words() { return kJobs; }

}  // namespace logmill::generate
