// Lines as they are met, and what becomes of them. One table a family of formats.
#include <gtest/gtest.h>

#include "parse/test_lines.h"

namespace logmill::parse {
namespace {

struct Case {
  std::string_view format, line, json;
};

void expect_all(std::initializer_list<Case> cases) {
  for (const Case& c : cases) EXPECT_EQ(parse_to_json(c.format, c.line), c.json) << c.line;
}

TEST(Access, TakesWhatIsInFrontAndBehind) {
  expect_all({
      {"nginx", R"(10.0.0.2, 10.0.0.1 - - [07/Dec/2016:11:05:07 +0100] "GET /a?b=1 HTTP/1.1" 200 571 "-" "curl/7")",
       R"({"timestamp":"2016-12-07T10:05:07Z","message":"GET /a?b=1 HTTP/1.1","client":"10.0.0.2","forwarded_for":"10.0.0.2, 10.0.0.1","method":"GET","path":"/a?b=1","protocol":"HTTP/1.1","status":200,"bytes":571,"user_agent":"curl/7"})"},
      {"apache", R"(example.com:80 192.168.1.1 - ada [08/Jun/2020:08:04:43 +0000] "GET / HTTP/1.1" 301 0 "-" "-")",
       R"({"timestamp":"2020-06-08T08:04:43Z","message":"GET / HTTP/1.1","vhost":"example.com:80","client":"192.168.1.1","user":"ada","method":"GET","path":"/","protocol":"HTTP/1.1","status":301,"bytes":0})"},
      {"apache", R"(host.example - - [01/Jul/1995:00:00:01 -0400] "GET /history/" 404 -)",
       R"({"timestamp":"1995-07-01T04:00:01Z","message":"GET /history/","client":"host.example","method":"GET","path":"/history/","status":404})"},
      {"nginx", R"(1.2.3.4 - - [17/Oct/2023:05:57:49 +1100] "\x16\x03\x01" 400 226 "-" "-")",
       R"({"timestamp":"2023-10-16T18:57:49Z","message":"\\x16\\x03\\x01","client":"1.2.3.4","status":400,"bytes":226})"},
      {"nginx", R"(1.2.3.4 - - [17/Oct/2023:05:57:49 +0000] "" 400 0 "-" "-" rt=0.5 uct="0.001")",
       R"({"timestamp":"2023-10-17T05:57:49Z","message":"","client":"1.2.3.4","status":400,"bytes":0,"rt":0.5,"uct":0.001})"},
      {"nginx", R"(1.2.3.4 - [08/Jun/2020:08:04:43 +0000] "GET / HTTP/1.1" 200 1 "a\"b" "c" one two)",
       R"({"timestamp":"2020-06-08T08:04:43Z","message":"GET / HTTP/1.1","client":"1.2.3.4","method":"GET","path":"/","protocol":"HTTP/1.1","status":200,"bytes":1,"referer":"a\\\"b","user_agent":"c","extra":"one two"})"},
  });
}

TEST(Syslog, TakesLinesWithAndWithoutTheirParts) {
  expect_all({
      {"syslog", "Nov  3 09:23:38 veridian automount[7998]: lookup failed",
       R"({"timestamp":"2026-11-03T09:23:38Z","service":"automount","host":"veridian","message":"lookup failed","pid":7998})"},
      {"syslog", "<13>Nov 21 10:15:00 app[7]: no host",
       R"({"timestamp":"2026-11-21T10:15:00Z","level":"INFO","service":"app","message":"no host","facility":"user","pid":7})"},
      {"syslog", "2020-05-31T00:00:45.698463+02:00 localhost rsyslogd:  restarted",
       R"({"timestamp":"2020-05-30T22:00:45.698463Z","service":"rsyslogd","host":"localhost","message":" restarted"})"},
      {"syslog", "Jun  8 14:34:33 sd kernel: [50028442.088484] IN=enp1s0 OUT=",
       R"({"timestamp":"2026-06-08T14:34:33Z","service":"kernel","host":"sd","message":"IN=enp1s0 OUT=","uptime":50028442.088484})"},
      {"syslog", "Nov 21 10:15:00 web1 last message repeated 2 times",
       R"({"timestamp":"2026-11-21T10:15:00Z","host":"web1","message":"last message repeated 2 times"})"},
      {"syslog", "<189>Nov 21 2025 10:15:00: %ASA-6-302013: built",
       R"({"timestamp":"2025-11-21T10:15:00Z","level":"INFO","service":"%ASA-6-302013","message":"built","facility":"local7"})"},
      {"syslog", "<192>Nov 21 10:15:00 a b: c",
       R"({"raw":"<192>Nov 21 10:15:00 a b: c","parse_error":"syslog: column 1: expected a time"})"},
  });
}

TEST(Strace, TakesCallsEventsAndHalves) {
  expect_all({
      {"strace", R"(815 1795256100.123456 openat(AT_FDCWD, "/a) = b", O_RDONLY) = -1 ENOENT (No such file or directory) <0.000012>)",
       R"x({"timestamp":"2026-11-21T10:15:00.123456Z","message":"openat(AT_FDCWD, \"/a) = b\", O_RDONLY) = -1 ENOENT (No such file or directory)","duration":0.000012,"result":-1,"error":"ENOENT","pid":815,"syscall":"openat"})x"},
      {"strace", "[pid   815] 10:15:00.123456 fcntl(3, F_GETFL) = 0x8002 (flags O_RDWR|O_LARGEFILE)",
       R"x({"message":"fcntl(3, F_GETFL) = 0x8002 (flags O_RDWR|O_LARGEFILE)","result":"0x8002","time":"10:15:00.123456","pid":815,"syscall":"fcntl"})x"},
      {"strace", "815   1795256100.5 wait4(-1,  <unfinished ...>",
       R"x({"timestamp":"2026-11-21T10:15:00.500Z","message":"wait4(-1,  <unfinished ...>","pid":815,"syscall":"wait4"})x"},
      {"strace", "815   1795256100.5 <... wait4 resumed>[{WIFEXITED(s)}], 0, NULL) = 816 <1.5>",
       R"x({"timestamp":"2026-11-21T10:15:00.500Z","message":"<... wait4 resumed>[{WIFEXITED(s)}], 0, NULL) = 816","duration":1.5,"result":816,"pid":815,"syscall":"wait4"})x"},
      {"strace", "815   1795256100.5 exit_group(0)    = ?",
       R"x({"timestamp":"2026-11-21T10:15:00.500Z","message":"exit_group(0)    = ?","pid":815,"syscall":"exit_group"})x"},
      {"strace", "815   1795256100.5 --- SIGCHLD {si_signo=SIGCHLD, si_pid=816} ---",
       R"x({"timestamp":"2026-11-21T10:15:00.500Z","message":"--- SIGCHLD {si_signo=SIGCHLD, si_pid=816} ---","pid":815})x"},
      {"strace", "815   1795256100.5 no call",
       R"x({"raw":"815   1795256100.5 no call","parse_error":"strace: column 20: expected a system call"})x"},
  });
  // A call of somebody else.
  EXPECT_EQ(parse_to_json("auto", "f(3) = 4").find("syscall"), std::string::npos);
}

TEST(Postgres, ReadsItsThreeForms) {
  expect_all({
      {"postgres-csv",
       R"(2026-11-21 10:15:00.123 UTC,"ada","shop",815,"[local]",6b00.32f,3,"SELECT",2026-11-21 10:14:00 UTC,3/7,0,DEBUG1,42P01,"relation ""a,b"" does not exist",,,,,,"SELECT 1",15,,"psql","client backend",,0)",
       R"({"timestamp":"2026-11-21T10:15:00.123Z","level":"DEBUG","message":"relation \"a,b\" does not exist","user":"ada","database":"shop","pid":815,"remote_host":"[local]","session_id":"6b00.32f","line_num":3,"ps":"SELECT","session_start":"2026-11-21 10:14:00 UTC","vxid":"3/7","txid":0,"state_code":"42P01","statement":"SELECT 1","cursor_position":15,"application_name":"psql","backend_type":"client backend","query_id":0})"},
      {"postgres-csv", R"(2026-11-21 10:15:00.123 UTC,"ada","sh)",
       R"({"raw":"2026-11-21 10:15:00.123 UTC,\"ada\",\"sh","parse_error":"postgres-csv: column 38: expected more columns"})"},
      {"postgres-csv", R"(2026-11-21 10:15:00.123 UTC,,,815,,6b00.32f,1,,2026-11-21 10:14:00 UTC,,0,LOG,00000,"statement: SELECT ""a"",)",
       R"({"timestamp":"2026-11-21T10:15:00.123Z","level":"INFO","message":"statement: SELECT \"a\",","pid":815,"session_id":"6b00.32f","line_num":1,"session_start":"2026-11-21 10:14:00 UTC","txid":0,"state_code":"00000"})"},
      {"json",
       R"({"timestamp":"2026-11-21 10:15:00.123 UTC","pid":815,"error_severity":"LOG","message":"ready","backend_type":"postmaster"})",
       R"({"timestamp":"2026-11-21T10:15:00.123Z","level":"INFO","message":"ready","pid":815,"backend_type":"postmaster"})"},
      {"postgres", "2026-11-21 10:15:00 UTC [815]: [3-1] user=ada,db=shop,app=psql,client=10.0.0.1 LOG:  ready",
       R"({"timestamp":"2026-11-21T10:15:00Z","level":"INFO","message":"ready","pid":815,"user":"ada","database":"shop","application":"psql","client":"10.0.0.1"})"},
  });
}

TEST(Cluster, TakesSyslogAndEvents) {
  expect_all({
      {"cluster",
       "- 1131566461 2005.11.09 dn228 Nov 9 12:01:01 dn228/dn228 crond(pam_unix)[2915]: session "
       "closed",
       R"x({"timestamp":"2005-11-09T20:01:01Z","service":"crond(pam_unix)","host":"dn228","message":"session closed","pid":2915})x"},
      {"cluster", "ECC 1131566461 2005.11.09 tbird-sm1 Nov 9 12:01:01 src@tbird-sm1 no tag",
       R"({"timestamp":"2005-11-09T20:01:01Z","host":"tbird-sm1","message":"no tag","alert":"ECC","source":"src"})"},
      {"cluster",
       "- 1117838570 2005.06.03 R02-M1 2005-06-03-15.42.50.675872 R02-M1 RAS KERNEL INFO "
       "instruction cache",
       R"({"timestamp":"2005-06-03T22:42:50.675872Z","level":"INFO","host":"R02-M1","message":"instruction cache","type":"RAS","component":"KERNEL"})"},
      {"cluster", "- 1117838570 2005-06-03 R02",
       R"({"raw":"- 1117838570 2005-06-03 R02","parse_error":"cluster: column 14: expected a date as 2026.11.21"})"},
      {"proxifier", "[10.30 16:49:06] chrome.exe *64 - proxy.example:5070 close, 403 bytes sent",
       R"({"timestamp":"2026-10-30T16:49:06Z","service":"chrome.exe","message":"close, 403 bytes sent","bits":64,"target":"proxy.example","port":5070})"},
      {"proxifier", "[10.30 16:49:06] chrome.exe proxy",
       R"({"raw":"[10.30 16:49:06] chrome.exe proxy","parse_error":"proxifier: column 18: expected ' - ' behind a program"})"},
  });
}

TEST(Rfc5424, TakesStructuredData) {
  expect_all({
      {"rfc5424", R"(<15>1 - - - - - -)", R"({"level":"DEBUG","message":"","facility":"user"})"},
      {"rfc5424",
       R"(<165>1 2003-10-11T22:14:15.003Z h evntslog - ID47 [a@1 x="1" y="q\"]z"][b] )"
       "\xef\xbb\xbfmsg",
       R"({"timestamp":"2003-10-11T22:14:15.003Z","level":"INFO","service":"evntslog","host":"h","message":"msg","facility":"local4","msgid":"ID47","sd.a@1.x":"1","sd.a@1.y":"q\"]z"})"},
      {"rfc5424", R"(<15>1 - - - - - [a x="1")",
       R"({"raw":"<15>1 - - - - - [a x=\"1\"","parse_error":"rfc5424: column 25: expected name=\"value\""})"},
  });
}

TEST(Application, TakesTheOrdersOfManyLibraries) {
  expect_all({
      {"java", "2026-11-21 10:15:00,123 INFO [main] com.x.Y: started",
       R"({"timestamp":"2026-11-21T10:15:00.123Z","level":"INFO","message":"started","thread":"main","logger":"com.x.Y"})"},
      {"java",
       "2015-07-29 17:41:44,747 - INFO  [Peer[myid=1]/0:0:2181:FastLeaderElection@774] - time out: "
       "3200",
       R"({"timestamp":"2015-07-29T17:41:44.747Z","level":"INFO","message":"time out: 3200","thread":"Peer[myid=1]/0:0:2181","logger":"FastLeaderElection","line":774})"},
      {"java", "17/06/09 20:10:40 WARN spark.SecurityManager: Changing",
       R"({"timestamp":"2017-06-09T20:10:40Z","level":"WARN","message":"Changing","logger":"spark.SecurityManager"})"},
      {"java", "081109 203615 148 INFO dfs.DataNode$PacketResponder: terminating",
       R"({"timestamp":"2008-11-09T20:36:15Z","level":"INFO","message":"terminating","pid":148,"logger":"dfs.DataNode$PacketResponder"})"},
      {"java", "[2018-05-17T08:19:35,939][INFO ][o.e.n.Node               ] [node] initializing",
       R"({"timestamp":"2018-05-17T08:19:35.939Z","level":"INFO","message":"[node] initializing","logger":"o.e.n.Node"})"},
      {"java", "2023-05-25 22:24:19,357 WARN  [org.key.events] (executor-3121) type=LOGIN_ERROR",
       R"({"timestamp":"2023-05-25T22:24:19.357Z","level":"WARN","message":"type=LOGIN_ERROR","logger":"org.key.events","thread":"executor-3121"})"},
      {"python", "2026-11-21 01:56:28,129 INFO     app.core:20 10.11.10.1 said",
       R"({"timestamp":"2026-11-21T01:56:28.129Z","level":"INFO","message":"10.11.10.1 said","logger":"app.core","line":20})"},
      {"python", "2026-11-21 01:56:28.130 | ERROR    | __main__:<module>:20 - bad",
       R"({"timestamp":"2026-11-21T01:56:28.130Z","level":"ERROR","message":"bad","logger":"__main__:<module>","line":20})"},
      {"app", "[2025-01-02 11:19:06] production.ERROR: gone {\"a\":1}",
       R"({"timestamp":"2025-01-02T11:19:06Z","level":"ERROR","message":"gone {\"a\":1}","logger":"production"})"},
      {"app", "2024-05-01T10:00:00Z INFO request ok", R"({"timestamp":"2024-05-01T10:00:00Z","level":"INFO","message":"request ok"})"},
      {"app", "2024-05-01T10:00:00Z info: request ok", R"({"timestamp":"2024-05-01T10:00:00Z","level":"INFO","message":"request ok"})"},
      {"app", "2024-05-01 10:00:00.7x INFO request ok",
       R"({"raw":"2024-05-01 10:00:00.7x INFO request ok","parse_error":"app: column 1: expected a time"})"},
      {"app", "2024-05-01T10:00:00Z we log errors here",
       R"({"raw":"2024-05-01T10:00:00Z we log errors here","parse_error":"app: column 21: expected a level"})"},
  });
}

TEST(Servers, TakeTheirOwnLogs) {
  expect_all({
      {"postgres", "2017-04-03 22:32:14.322 CEST [31225] postgres@mydb LOG:  unexpected EOF",
       R"({"timestamp":"2017-04-03T20:32:14.322Z","level":"INFO","message":"unexpected EOF","pid":31225,"user":"postgres","database":"mydb"})"},
      {"postgres", "2017-04-03 22:32:14.322 UTC [31225] DETAIL:  more of it",
       R"({"timestamp":"2017-04-03T22:32:14.322Z","message":"more of it","pid":31225,"kind":"DETAIL"})"},
      {"redis", "30 May 10:03:19 # low memory", R"({"timestamp":"2026-05-30T10:03:19Z","level":"WARN","message":"low memory"})"},
      {"redis", "[815] 30 May 10:03:19.044 - closing",
       R"({"timestamp":"2026-05-30T10:03:19.044Z","level":"DEBUG","message":"closing","pid":815})"},
      {"apache-error",
       "[Mon Dec 26 16:22:00 2016] [error] [client 192.168.33.1] File does not exist: /x, referer: "
       "http://h/",
       R"({"timestamp":"2016-12-26T16:22:00Z","level":"ERROR","message":"File does not exist: /x","client":"192.168.33.1","referer":"http://h/"})"},
      {"nginx-error", "2016/10/25 14:50:44 [notice] 54053#7: signal 15 received",
       R"({"timestamp":"2016-10-25T14:50:44Z","level":"INFO","message":"signal 15 received","pid":54053,"thread":7})"},
      {"glog", "I0517 15:04:22.619642  952452992 unittest.cc:259] iteration 19",
       R"({"timestamp":"2026-05-17T15:04:22.619642Z","level":"INFO","message":"iteration 19","thread":952452992,"caller":"unittest.cc:259"})"},
      {"audit", R"(type=SERVICE_START msg=audit(1481076983.864:6): pid=1 msg='unit=auditd comm="a b" res=success')",
       R"({"timestamp":"2016-12-07T02:16:23.864Z","message":"pid=1 msg='unit=auditd comm=\"a b\" res=success'","type":"SERVICE_START","serial":6,"pid":1,"unit":"auditd","comm":"a b","res":"success"})"},
  });
}

TEST(Logfmt, TakesQuotesEscapesAndBareKeys) {
  expect_all({
      {"logfmt", R"(a=1 b="x \"y\" \u00e9\n" c= d e=-0 f=1.50 g="7" t=2026-11-21T10:15:00Z)",
       "{\"timestamp\":\"2026-11-21T10:15:00Z\",\"a\":1,\"b\":\"x \\\"y\\\" "
       "\xc3\xa9\\n\",\"c\":\"\",\"d\":true,\"e\":\"-0\",\"f\":1.50,\"g\":\"7\"}"},
      {"logfmt", "ts=1795262400.5 lvl=eror msg=x", R"({"timestamp":"2026-11-21T12:00:00.500Z","message":"x","lvl":"eror"})"},
      {"logfmt", "no pairs here", R"({"raw":"no pairs here","parse_error":"logfmt: column 1: expected key=value"})"},
  });
}

}  // namespace
}  // namespace logmill::parse
