#!/bin/bash
# Makes vectors/vectors.json with openssl, xxd and sha1sum, and with nothing of the program: a cipher
# that agreed only with itself would pass every test that it made itself.
#
#   bash vectors.sh > vectors/vectors.json
#
# The platform's cipher: AES-256-CBC, key = base64(EncodingAESKey and "="), the first half of the key is
# the initial vector; what is encrypted is 16 random bytes, the length of the message in four bytes
# (big endian), the message, the AppID, and 1 to 32 bytes of padding that each hold how many they are.
# msg_signature is the SHA-1 of token, timestamp, nonce and cipher text, sorted as bytes and joined.
set -euo pipefail
export LC_ALL=C

token=lanjiang2026
aes_key=LanJiang00ShiZhengWuFuWu00HaoCeShiMiYue1234
app_id=wx1a2b3c4d5e6f7a8b
random=8f03b6d2c1a97e54
timestamp=1750000000
nonce=610274

hex() { xxd -p | tr -d '\n'; }

# seal MESSAGE APP_ID: the cipher text. openssl pads to 16 bytes, so the padding is ours.
seal() {
  local key plain pad
  key=$(printf '%s=' "$aes_key" | openssl base64 -d -A | hex)
  plain=$(printf '%s' "$random" | hex)$(printf '%08x' "$(printf '%s' "$1" | wc -c)")$(printf '%s%s' "$1" "$2" | hex)
  pad=$((32 - ${#plain} / 2 % 32))
  for ((i = 0; i < pad; i++)); do plain+=$(printf '%02x' $pad); done
  printf '%s' "$plain" | xxd -r -p | openssl enc -aes-256-cbc -nopad -K "$key" -iv "${key:0:32}" | openssl base64 -A
}

# sign CIPHER_TEXT
sign() { printf '%s\n' "$token" "$timestamp" "$nonce" "$1" | sort | tr -d '\n' | sha1sum | cut -d' ' -f1; }

quoted() { local s=${1//\\/\\\\}; s=${s//\"/\\\"}; printf '"%s"' "${s//$'\n'/\\n}"; }

first=1
# vector ID EXPECT MESSAGE SEALED_FOR SIGNATURE ("" = the right one)
vector() {
  local sealed signature
  sealed=$(seal "$3" "$4")
  signature=${5:-$(sign "$sealed")}
  [ $first = 1 ] || printf ',\n'
  first=0
  printf '  {"id": "%s", "kind": "decrypt", "token": "%s", "encoding_aes_key": "%s", "app_id": "%s",\n' "$1" $token $aes_key $app_id
  printf '   "timestamp": "%s", "nonce": "%s", "msg_signature": "%s", "random": "%s",\n' $timestamp $nonce "$signature" $random
  printf '   "plaintext": %s,\n   "ciphertext": "%s",\n' "$(quoted "$3")" "$sealed"
  printf '   "encrypted_xml": "<xml><ToUserName><![CDATA[gh_7f083739789a]]></ToUserName><Encrypt><![CDATA[%s]]></Encrypt></xml>",\n' "$sealed"
  printf '   "expect": "%s"}' "$2"
}

# of CHARACTERS: a text message that is so many bytes long.
of() {
  local head='<xml><ToUserName>gh_7f083739789a</ToUserName><FromUserName>oMgHVjngRipVsoxg6TuX3vz6glDg</FromUserName><CreateTime>1750000000</CreateTime><MsgType>text</MsgType><Content>'
  local tail='</Content><MsgId>23456789012345678</MsgId></xml>'
  local n=$(($1 - ${#head} - ${#tail}))
  printf '%s%s%s' "$head" "$(printf '%*s' $n '' | tr ' ' q)" "$tail"
}

chinese='<xml><ToUserName><![CDATA[gh_7f083739789a]]></ToUserName><FromUserName><![CDATA[oMgHVjngRipVsoxg6TuX3vz6glDg]]></FromUserName><CreateTime>1750000000</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[居住证到期了，去河东区哪个窗口续签？]]></Content><MsgId>23456789012345678</MsgId></xml>'
lines=$'<xml>\n  <ToUserName>gh_7f083739789a</ToUserName>\n  <FromUserName>oMgHVjngRipVsoxg6TuX3vz6glDg</FromUserName>\n  <CreateTime>1750000000</CreateTime>\n  <MsgType>event</MsgType>\n  <Event>CLICK</Event>\n  <EventKey>"BSZN" \\ 1</EventKey>\n</xml>'

printf '{"vectors": [\n'
vector chinese ok "$chinese" $app_id ''
vector lines ok "$lines" $app_id ''
# 16 + 4 + message + 18 bytes: the padding of messages of these lengths is 32 at 314, 1 at 313, 31 at 315 ...
for n in 297 298 299 312 313 314 315 345; do vector "bytes-$n" ok "$(of $n)" $app_id ''; done
vector bad-signature bad_signature "$chinese" $app_id 0123456789abcdef0123456789abcdef01234567
vector bad-app-id bad_app_id "$chinese" wx1a2b3c4d5e6f7a8c ''
vector bad-app-id-shorter bad_app_id "$chinese" wx1a2b3c4d5e6f7a8 ''
printf '\n]}\n'
