/* errors.c -- what failures of the demo say, as a Python worker would have written it down. */
#include "demo/errors.h"

#define TRACE "\nTraceback (most recent call last):\n"
#define FRAME(file, line, in, code) "  File \"" file "\", line " line ", in " in "\n    " code "\n"
#define APP "/srv/shop/"
#define LIB "/usr/lib/python3.12/"
#define SITE "/srv/shop/.venv/lib/python3.12/site-packages/"
#define DURING "\nDuring handling of the above exception, another exception occurred:\n"
#define CAUSE "\nThe above exception was the direct cause of the following exception:\n"

#define SMTP_BUSY                                                                               \
	"SMTPResponseException: (421, b'4.7.0 try again later', 'user%d@mail.example')"
const char error_smtp_busy[] = SMTP_BUSY TRACE
	FRAME(APP "emails.py", "41", "send_welcome", "deliver(message, to=user.email)")
	FRAME(APP "mailer.py", "77", "deliver", "smtp.sendmail(SENDER, [to], message.as_bytes())")
	FRAME(LIB "smtplib.py", "887", "sendmail", "raise SMTPSenderRefused(code, resp, from_addr)")
	SMTP_BUSY "\n";

#define SMTP_TIMEOUT "TimeoutError: smtp-2.shop.example:587 timed out after 10.0 s (user %d)"
const char error_smtp_timeout[] = SMTP_TIMEOUT TRACE
	FRAME(LIB "socket.py", "837", "create_connection", "sock.connect(sa)")
	"TimeoutError: timed out\n" DURING TRACE
	FRAME(APP "emails.py", "88", "send_digest", "with connect() as smtp:")
	FRAME(APP "mailer.py", "52", "connect", "raise TimeoutError(f\"{host} timed out ...\")")
	SMTP_TIMEOUT "\n";

#define DECLINED "CardDeclined: invoice %d: insufficient funds on card ending %d"
const char error_card_declined[] = DECLINED TRACE
	FRAME(APP "billing.py", "132", "charge_card", "gateway.charge(invoice.card, invoice.total)")
	FRAME(APP "gateway.py", "64", "charge", "raise CardDeclined(invoice, answer.reason)")
	DECLINED "\n";

#define GATEWAY "GatewayError: POST https://pay.example/v2/charges/%d answered 503"
const char error_gateway[] = GATEWAY TRACE
	FRAME(APP "gateway.py", "58", "charge", "answer.raise_for_status()")
	FRAME(SITE "requests/models.py", "1024", "raise_for_status",
	      "raise HTTPError(http_error_msg, response=self)")
	"requests.exceptions.HTTPError: 503 Server Error: Service Unavailable for url: "
	"https://pay.example/v2/charges/%d\n" CAUSE TRACE
	FRAME(APP "billing.py", "132", "charge_card", "gateway.charge(invoice.card, invoice.total)")
	FRAME(APP "gateway.py", "61", "charge", "raise GatewayError(request, answer) from error")
	GATEWAY "\n";

#define IMAGE "OSError: image file is truncated (%d bytes not processed)"
const char error_image[] = IMAGE TRACE
	FRAME(APP "images.py", "17", "resize", "image.thumbnail((size, size))")
	FRAME(SITE "PIL/Image.py", "2715", "thumbnail", "self.load()")
	FRAME(SITE "PIL/ImageFile.py", "288", "load", "raise OSError(msg)")
	IMAGE "\n";

const char error_memory[] = "killed by signal 9 (SIGKILL)";

#define SEARCH                                                                                  \
	"ConnectionError: HTTPConnectionPool(host='index-2', port=9200): /documents/%d: "       \
	"<urllib3.connection.HTTPConnection object at 0x7f3c2a%d>: Connection refused"
const char error_search[] = SEARCH TRACE
	FRAME(APP "search.py", "203", "reindex", "index.put(document)")
	FRAME(SITE "requests/sessions.py", "589", "request",
	      "resp = self.send(prep, **send_kwargs)")
	FRAME(SITE "requests/adapters.py", "700", "send",
	      "raise ConnectionError(e, request=request)")
	SEARCH "\n";

#define MAPPING "MappingError: document %d: field 'price' is '%d EUR', expected a number"
const char error_mapping[] = MAPPING TRACE
	FRAME(APP "search.py", "203", "reindex", "index.put(document)")
	FRAME(APP "mapping.py", "31", "check", "raise MappingError(document, field, value)")
	MAPPING "\n";

const char error_partner_key[] = "KeyError: 'account'" TRACE
	FRAME(APP "partners.py", "9", "sync", "account = partner[\"account\"]")
	"KeyError: 'account'\n";

#define PARTNER "ValidationError: 2 validation errors for Partner %d: vat_id 'DE%d' is not valid"
const char error_partner_data[] = PARTNER TRACE
	FRAME(APP "partners.py", "22", "sync", "Partner.model_validate(answer)")
	FRAME(SITE "pydantic/main.py", "716", "model_validate",
	      "return cls.__pydantic_validator__(obj)")
	PARTNER "\n";

const char error_not_found[] = "Job legacy.export not registered.";
