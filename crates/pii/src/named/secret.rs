//! Passwords given in prose, personal codes, and keys whose form says nothing.

use super::{Form, Proof, Row};
use crate::Kind;

pub(super) const ROWS: &[Row] = &[
    Row {
        kind: Kind::Secret,
        forms: &[Form::Password],
        proof: Proof::None,
        score: 0.7,
        words: &[
            "router password|router login|p/w|psw|pass word|memorable word|security word|secret word|code word|security answer|answer to my security question|answer to the security question|psk|wpa-psk|secret answer|password|passwords|passwrd|pasword|passwort|pswd|passwd|login pw|log in password|passphrase|passcode|pwd|pass|pw|login password|temporary password|initial password|wifi password|wi-fi password|wifi code|wi-fi code|user_password|db_password|password reset to|password changed to",
            "mot de passe|mots de passe|mot secret|réponse secrète|réponse à la question secrète|réponse à ma question secrète|question secrète|mot de passe wifi|mot de passe wi-fi|mot de passe de la box|mdp wifi|mdp|mdps|mpd|mot d passe|motdepasse|mot de pass|pass wifi|mdp provisoire|mdp temporaire|mdp initial|mot de passe initial|mot de passe provisoire|mot de passe temporaire|mot de passe actuel|code d'accès|code wifi|code wi-fi|code du wifi",
            "router-passwort|wlan-kennwort|wlan-passwort|sicherheitswort|antwort auf die sicherheitsfrage|codewort|losung|geheimwort|*passwort|*kennwort|*passwörter|passwort|kennwort|*zugangscode|wlan-passwort|wlan-code",
            "respuesta secreta|respuesta de seguridad|palabra clave|palabra secreta|contraseña|contraseñas|contrasena|la pass|password|clave|clave de acceso|clave temporal|código de acceso",
            "رمز الواي فاي|كود الواي فاي|رمز الشبكة|كلمة السر|كلمة المرور|كلمة مرور|كلمة مروري|كلمة سر|كلمة سري|الرقم السري|الرمز السري|رمزي السري|باسوورد|الباسوورد|باسورد|الباسورد|الباس|باس|الباسورد|لباسوورد|الموت دو باس|موت دو باس|موطدوباس|لمودپاس|الباص وورد|باس وورد",
        ],
    },
    Row {
        kind: Kind::Secret,
        forms: &[Form::Digits(4, 8)],
        proof: Proof::None,
        score: 0.65,
        words: &[
            "nip|code nip|pin 1|pin1|pin 2|pin2|puk 1|puk1|my old code|my new code|pin|my pin|pin number|card pin|pin code|pins|safe code|safe combination|vault code|recovery code|backup code|unlock code|security pin|sim pin|puk|voicemail pin|telephone pin|phone pin|passcode|password|passwd|pwd",
            "pin sim|code pin|code secret|code confidentiel|code de ma carte bleue|code de ma carte bancaire|code de sa carte|code de ma carte|code de ma cb|code de la carte|code de carte|code carte|code cb|code bleu|code de carte bleue|code de secours|code de déverrouillage|code sim|code du coffre|code coffre|code perso|code personnel|code vocal|mon code|mon ancien code|mon nouveau code|mot de passe|mdp",
            "mein code|mein alter code|mein neuer code|pin-nummer|geheimzahl|pin-code|geheimnummer|geheimcode|notfallcode|entsperrcode|tresorcode|safe-code|sim-pin|karten-pin|kartenpin|code vom tresor|passwort|kennwort",
            "número pin|código pin|código secreto|código de la caja fuerte|código de desbloqueo|número secreto|clave pin|pin de la tarjeta|contraseña|clave secreta",
            "الرقم السري|الرقم السري للبطاقة|الرقم السري لبطاقتي|الرقم السري للصراف|رقمي السري|الرمز السري|رقم سري|رمز سري|كلمة السر|كلمة المرور|بن كود|الكود السري|كود سري|لكود السري|رمز الخزنة|رمز الخزينة|كود الخزنة|الرمز السري للبطاقة|كود البين|كود البن|البن كود|البين كود|بين كود|الرقم السري للشريحة|كود البوك|رمز puk|code dyal",
        ],
    },
    Row {
        kind: Kind::Secret,
        forms: &[Form::Login],
        proof: Proof::None,
        score: 0.65,
        words: &[
            "curl -u|curl --user|credentials|creds|credential|login details|login data|login credentials|user/password|username/password|user/pass|login with|\
            log in with|log in as|login as|logged in as|logged in with|sign in with",
            "identifiants|identifiant/mot de passe|identifiants de connexion|connexion avec|connecter avec|codes d'accès",
            "zugangsdaten|anmeldedaten|logindaten|login-daten|benutzer/passwort|anmelden mit|einloggen mit",
            "credenciales|datos de acceso|usuario/contraseña",
            "بيانات الدخول|بيانات الحساب",
        ],
    },
    // Behind these words stands much else, but behind an address only a password.
    Row {
        kind: Kind::Secret,
        forms: &[Form::Login],
        proof: Proof::Address,
        score: 0.65,
        words: &[
            "login|logins|access|account|user|username",
            "identifiant|connexion|connexion avec|accès|compte|utilisateur",
            "zugang|anmeldung|konto|benutzer|nutzer",
            "usuario|cuenta|acceso",
            "المستخدم|الحساب|الدخول|بياناتي|معلوماتي",
        ],
    },
    // What opens a door.
    Row {
        kind: Kind::Secret,
        forms: &[
            Form::Shape("NNNNL"),
            Form::Shape("LNNNN"),
            Form::Digits(4, 8),
            Form::Keypad,
            Form::Code(4, 8),
        ],
        proof: Proof::None,
        score: 0.6,
        words: &[
            "key safe|keysafe|key box|lockbox|combination|door code|door pin|lockbox code|keypad code|padlock code|garage code|key safe code|keysafe code|code for the door|code for the gate|code to the door|code to the gate|gate code|buzzer code|intercom code|entry code|entrance code|access code|alarm code|lock code",
            "code d'accès|digicode|code de la boîte à clés|code boîte à clés|code de la cave|code du garage|code alarme|code du parking|boîte à clés|boite à clés|combinaison|code d'entrée|code porte|code portail|code entrée|code du portail|code de la porte|interphone|code interphone|code de l'interphone|code de l'immeuble|code de l'alarme",
            "schlüsselbox|schlüsselkasten|schlüsseltresor|zahlenkombination|kombination|*zugangscode|torcode|code für die tür|code für die haustür|code zur tür|code vom schlüsselkasten|schlüsselkasten-code|schlüsseltresor|*alarmcode|zugangscode haustür|code haustür|haustürcode|türcode|klingelcode|alarmcode",
            "caja de llaves|combinación|código de acceso|código de la puerta",
            "كود الشقة|رمز الشقة|كود البيت|رمز البيت|كود المبنى|رمز المبنى|كود الجراج|كود المدخل|رمز المدخل|كود البرج|كود الباب|كود باب|رمز البوابة|كود البوابة|كود العمارة|رمز الانذار|رمز الإنذار|كود الانذار|رمز الدخول|رمز باب العمارة|رمز باب|رمز الباب|كود الدخول",
        ],
    },
    // A code alone, beside what it opens.
    Row {
        kind: Kind::Secret,
        forms: &[Form::Digits(4, 8), Form::Keypad],
        proof: Proof::Door,
        score: 0.55,
        words: &["code|codes", "der code", "código", "الكود|كود|الرمز|رمز"],
    },
    Row {
        kind: Kind::Secret,
        forms: &[Form::Shape("CNNNN"), Form::Shape("NNNNC"), Form::Shape("NNCNN")],
        proof: Proof::Beside,
        score: 0.55,
        words: &["code"],
    },
    Row {
        kind: Kind::Secret,
        forms: &[Form::Login],
        proof: Proof::None,
        score: 0.55,
        words: &["wifi|wi-fi|wlan"],
    },
    // The recovery of an encrypted disk.
    Row {
        kind: Kind::Secret,
        forms: &[Form::Digits(48, 48)],
        proof: Proof::None,
        score: 0.8,
        words: &[
            "bitlocker|bitlocker key|bitlocker recovery key|recovery key|clé bitlocker|clé de récupération|wiederherstellungsschlüssel|clave de recuperación",
        ],
    },
    // Routers are sold with keys of digits alone.
    Row {
        kind: Kind::Secret,
        forms: &[Form::Digits(8, 24)],
        proof: Proof::None,
        score: 0.7,
        words: &[
            "wlan-schlüssel|wlan-passwort|wlan-key|router-passwort|router password|mot de passe wifi|mot de passe de la box|wlan-kennwort|wifi key|wifi password|wpa key|wpa2 key|clé wifi|clé wi-fi",
        ],
    },
    Row {
        kind: Kind::Secret,
        forms: &[Form::Key(8)],
        proof: Proof::None,
        score: 0.7,
        words: &[
            "wifi key|wi-fi key|network key|wpa key|wpa2 key|wlan-schlüssel|clé wifi|clé wi-fi|clé wpa|clef wpa|clef wifi|clé de sécurité|wpa-schlüssel|clave wpa|code wifi|code wi-fi|clave wifi|clave del wifi",
        ],
    },
    // A key that is as long as few other things.
    Row {
        kind: Kind::Secret,
        forms: &[Form::Key(20)],
        proof: Proof::None,
        score: 0.65,
        words: &[
            "key|deploy key|deploy-key|ssh key|signing key",
            "clé|clé de déploiement|clé ssh",
            "schlüssel|ssh-schlüssel|deploy-schlüssel",
            "clave|llave",
            "المفتاح|مفتاح",
        ],
    },
    // Codes sent once.
    Row {
        kind: Kind::Secret,
        forms: &[Form::Digits(4, 8)],
        proof: Proof::None,
        score: 0.6,
        words: &[
            "otp|otp code|one-time code|one-time password|one time code|one time password|verification code|activation code|authentication code|sms code|2fa code|login code|sign-in code",
            "code de vérification|code d'activation|code à usage unique|code sms|code reçu par sms|code de validation|code d'authentification",
            "tan|sms-tan|mtan|bestätigungscode|aktivierungscode|freischaltcode|einmalcode|einmalpasswort|verifizierungscode|sms-code",
            "código de verificación|código de activación|código sms|clave dinámica",
            "رمز التحقق|كود التحقق|كود التفعيل|رمز التفعيل|رمز التأكيد|كود التأكيد",
        ],
    },
    // Codes for a second factor that was lost.
    Row {
        kind: Kind::Secret,
        forms: &[Form::Key(8)],
        proof: Proof::None,
        score: 0.65,
        words: &[
            "backup code|backup codes|backup-code|backup-codes|recovery code|recovery codes|2fa code|mfa code|rescue code|emergency code",
            "code de secours|codes de secours|code de récupération|codes de récupération",
            "*backupcode|*backupcodes|*wiederherstellungscode|*wiederherstellungscodes|notfallcode|notfallcodes|ersatzcode",
            "código de respaldo|códigos de respaldo|código de recuperación|códigos de recuperación",
            "رمز الاسترداد|رموز الاسترداد|رمز احتياطي|الرمز الاحتياطي|رموز احتياطية|كود احتياطي",
        ],
    },
    Row {
        kind: Kind::Secret,
        forms: &[Form::Shape("AAAAAAAAAAAAAAAA")],
        proof: Proof::Needs(has_digits),
        score: 0.65,
        words: &[
            "wifi key|wi-fi key|network key|wpa key|wpa2 key|wlan-schlüssel|clé wifi|clé wi-fi|clé wpa|clave wifi",
        ],
    },
    Row {
        kind: Kind::Secret,
        forms: &[Form::Key(8)],
        proof: Proof::Network,
        score: 0.65,
        words: &[
            "key|passkey",
            "clé|clef",
            "schlüssel|netzwerkschlüssel",
            "clave|llave",
            "المفتاح|مفتاح",
        ],
    },
    Row {
        kind: Kind::Secret,
        forms: &[Form::Key(12)],
        proof: Proof::None,
        score: 0.8,
        words: &[
            "mfa backup|backup key|recovery key|recovery codes|backup codes|bitlocker key|bitlocker recovery key|seed|api key|apikey|api-key|api_key|secret key|secret_key|secretkey|access key|access_key|secret access key|aws_secret_access_key|accesskey|\
            access token|access_token|auth token|auth_token|api token|api_token|bearer token|refresh token|refresh_token|client secret|client_secret|\
            private key|private_key|encryption key|shared key|accountkey|sharedaccesskey|token|secret|webhook secret|session token|x-api-key|signing key",
            "clé api|clé d'api|clé secrète|clé d'accès|clé privée|jeton|jeton d'accès|jeton api",
            "api-schlüssel|*api-schluessel|geheimer schlüssel|zugriffsschlüssel|zugriffstoken|geheimschlüssel|api-token",
            "clave api|clave de api|clave secreta|clave privada|clave de acceso|token de acceso",
            "مفتاح api|مفتاح الـ api|مفتاح ال api|مفتاح الـapi|مفتاح الواجهة|المفتاح السري|مفتاح سري|رمز الوصول|التوكن|مفتاح الوصول|المفتاح",
        ],
    },
];

/// Four digits or more.
fn has_digits(value: &str) -> bool {
    value.bytes().filter(u8::is_ascii_digit).count() >= 4
}
