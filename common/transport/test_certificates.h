// For tests: certificates made on the spot, valid for an hour.
#pragma once

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <cstdio>
#include <string>

namespace logmill::transport {

// An authority, or something signed by one. Written as PEM, certificate and key in one file.
class TestCertificate {
 public:
  // `alternative_name` as in "DNS:localhost" or "IP:127.0.0.1"; empty for an authority. Without
  // `issuer` it signs itself.
  TestCertificate(const std::string& name, const std::string& alternative_name, const TestCertificate* issuer)
      : key_(::EVP_EC_gen("P-256")), certificate_(::X509_new()) {
    ::X509_set_version(certificate_, 2);
    ::ASN1_INTEGER_set(::X509_get_serialNumber(certificate_), ++serial());
    ::X509_gmtime_adj(::X509_getm_notBefore(certificate_), -60);
    ::X509_gmtime_adj(::X509_getm_notAfter(certificate_), 3600);
    ::X509_set_pubkey(certificate_, key_);
    ::X509_NAME_add_entry_by_txt(::X509_get_subject_name(certificate_), "CN", MBSTRING_ASC,
                                 reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
    const TestCertificate& signer = issuer != nullptr ? *issuer : *this;
    ::X509_set_issuer_name(certificate_, ::X509_get_subject_name(signer.certificate_));
    add(NID_basic_constraints, alternative_name.empty() ? "critical,CA:TRUE" : "CA:FALSE");
    if (!alternative_name.empty()) add(NID_subject_alt_name, alternative_name);
    ::X509_sign(certificate_, signer.key_, ::EVP_sha256());
  }
  ~TestCertificate() {
    ::X509_free(certificate_);
    ::EVP_PKEY_free(key_);
  }
  TestCertificate(const TestCertificate&) = delete;
  TestCertificate& operator=(const TestCertificate&) = delete;

  std::string write(const std::string& path) const {
    std::FILE* file = std::fopen(path.c_str(), "w");
    ::PEM_write_X509(file, certificate_);
    ::PEM_write_PrivateKey(file, key_, nullptr, nullptr, 0, nullptr, nullptr);
    std::fclose(file);
    return path;
  }

 private:
  static long& serial() {
    static long last = 0;
    return last;
  }
  void add(int kind, const std::string& value) {
    X509_EXTENSION* extension = ::X509V3_EXT_conf_nid(nullptr, nullptr, kind, value.c_str());
    ::X509_add_ext(certificate_, extension, -1);
    ::X509_EXTENSION_free(extension);
  }
  EVP_PKEY* key_;
  X509* certificate_;
};

}  // namespace logmill::transport
