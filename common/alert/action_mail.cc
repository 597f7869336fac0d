// Mail, through the program that every mail system has: sendmail.
#include "alert/run_program.h"
#include "text/json_writer.h"

namespace logmill::alert {
namespace {

constexpr const char* kSendmail = "/usr/sbin/sendmail";
constexpr std::size_t kSubjectBytesMax = 200;

bool is_address(std::string_view text) {
  for (const char c : text)
    if (c <= ' ' || c >= 0x7f) return false;
  return !text.empty() && text.front() != '-';
}

void read_mail(TableReader& reader, Action& action) {
  action.command = {kSendmail, "-i"};
  reader.take("sendmail", action.command);
  reader.take("to", action.to);
  reader.take("from", action.from);
  if (action.to.empty()) reader.refuse("to", "needs to = [\"ADDRESS\", …]");
  if (action.command.empty()) reader.refuse("sendmail", "needs a program");
  for (const std::string& address : action.to)
    if (!is_address(address)) reader.refuse("to", "no address: " + address);
  if (reader.has("from") && !is_address(action.from)) reader.refuse("from", "no address: " + action.from);
}

// Of a header: one line, and nothing but ASCII. The body has the text as it is.
std::string subject_of(const Notification& notification) {
  std::string subject = notification.firing ? "[firing] " : "[resolved] ";
  for (const char c : notification.summary()) subject += c < ' ' || c >= 0x7f ? '?' : c;
  if (subject.size() > kSubjectBytesMax) subject.resize(kSubjectBytesMax);
  return subject;
}

// One line of text, whatever is in it.
void append_line(std::string& mail, std::string_view text) {
  for (const char c : text) mail += static_cast<unsigned char>(c) < ' ' || c == 0x7f ? '?' : c;
  mail += '\n';
}

std::string format_mail(const Action& action, const Notification& notification) {
  std::string mail;
  if (!action.from.empty()) mail += "From: " + action.from + "\n";
  mail += "To: ";
  for (const std::string& address : action.to) mail += (address == action.to.front() ? "" : ", ") + address;
  mail += "\nSubject: " + subject_of(notification) + "\nMessage-ID: <" + notification.key() +
          "@logalert>\nAuto-Submitted: auto-generated\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n"
          "Content-Transfer-Encoding: 8bit\n\n";
  for (const Alert& alert : notification.alerts) {
    append_line(mail, alert.summary);
    std::string since = "  since ";
    text::append_time_utc(since, alert.since);
    append_line(mail, since);
    for (const auto& [name, value] : alert.labels) append_line(mail, "  " + name + ": " + value);
  }
  std::string at = "\nrule " + notification.rule + ", ";
  text::append_time_utc(at, notification.at);
  return mail + at + "\n";
}

base::Status send_mail(const Action& action, const Outgoing& outgoing, const ActionIo& io) {
  std::vector<std::string> words = action.command;
  if (!action.from.empty()) words.insert(words.end(), {"-f", action.from});
  words.emplace_back("--");
  words.insert(words.end(), action.to.begin(), action.to.end());
  return run_program(words, outgoing.body, action, outgoing, io);
}

}  // namespace

extern constexpr ActionKind kMail{.name = "mail",
                                  .summary = "mail through sendmail",
                                  .sample =
                                      "kind = \"mail\"\nto = [\"ops@example.org\"]\nfrom = \"logalert@example.org\"\n"
                                      "sendmail = [\"/usr/sbin/sendmail\", \"-i\"]\n",
                                  .read = read_mail,
                                  .format = format_mail,
                                  .deliver = send_mail};

}  // namespace logmill::alert
