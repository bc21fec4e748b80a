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
            "password|passwords|passwd|passphrase|passcode|pwd|pass|pw|login password|temporary password|initial password|wifi password|wi-fi password|wifi code|wi-fi code|user_password|db_password|password reset to|password changed to",
            "mot de passe|mots de passe|mdp|mdp provisoire|mdp temporaire|mdp initial|mot de passe initial|mot de passe provisoire|mot de passe temporaire|mot de passe actuel|code d'accès|code wifi|code wi-fi|code du wifi",
            "*passwort|*kennwort|*passwörter|passwort|kennwort|*zugangscode|wlan-passwort|wlan-code",
            "contraseña|contraseñas|clave|clave de acceso|clave temporal|código de acceso",
            "رمز الواي فاي|كود الواي فاي|رمز الشبكة|كلمة السر|كلمة المرور|كلمة مرور|كلمة مروري|كلمة سر|كلمة سري|الرقم السري|باسوورد|الباسوورد|باسورد|الباسورد|الباس",
        ],
    },
    Row {
        kind: Kind::Secret,
        forms: &[Form::Digits(4, 8)],
        proof: Proof::None,
        score: 0.65,
        words: &[
            "pin|my pin|pin number|card pin|passcode|password|passwd|pwd",
            "code pin|code secret|code confidentiel|code de ma carte|code de ma cb|code de la carte|code de carte|mot de passe|mdp",
            "pin-nummer|geheimzahl|pin-code|passwort|kennwort",
            "número pin|código pin|clave pin|pin de la tarjeta|contraseña|clave secreta",
            "الرقم السري|الرقم السري للبطاقة|الرقم السري لبطاقتي|الرقم السري للصراف|رقمي السري|الرمز السري|رقم سري|رمز سري|كلمة السر|كلمة المرور",
        ],
    },
    Row {
        kind: Kind::Secret,
        forms: &[Form::Login],
        proof: Proof::None,
        score: 0.65,
        words: &[
            "credentials|creds|credential|login details|login data|login credentials|user/password|username/password|user/pass|login with|\
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
        forms: &[Form::Shape("NNNNL"), Form::Shape("LNNNN"), Form::Digits(4, 8)],
        proof: Proof::None,
        score: 0.6,
        words: &[
            "door code|gate code|buzzer code|intercom code|entry code|entrance code|access code|alarm code|lock code",
            "code d'accès|digicode|code d'entrée|code porte|code portail|code entrée|code du portail|code de la porte|interphone|code interphone|code de l'interphone|code de l'immeuble|code de l'alarme",
            "*zugangscode|zugangscode haustür|code haustür|haustürcode|türcode|klingelcode|alarmcode",
            "código de acceso|código de la puerta",
            "رمز الدخول|رمز باب العمارة|رمز باب|رمز الباب|كود الدخول",
        ],
    },
    // Routers are sold with keys of digits alone.
    Row {
        kind: Kind::Secret,
        forms: &[Form::Digits(16, 24)],
        proof: Proof::None,
        score: 0.7,
        words: &[
            "wlan-schlüssel|wlan-passwort|wlan-key|wifi key|wifi password|wpa key|wpa2 key|clé wifi|clé wi-fi",
        ],
    },
    Row {
        kind: Kind::Secret,
        forms: &[Form::Key(8)],
        proof: Proof::None,
        score: 0.7,
        words: &[
            "wifi key|wi-fi key|network key|wpa key|wpa2 key|wlan-schlüssel|clé wifi|clé wi-fi|code wifi|code wi-fi|clave wifi|clave del wifi",
        ],
    },
    Row {
        kind: Kind::Secret,
        forms: &[Form::Key(12)],
        proof: Proof::None,
        score: 0.8,
        words: &[
            "api key|apikey|api-key|api_key|secret key|secret_key|secretkey|access key|access_key|secret access key|aws_secret_access_key|accesskey|\
            access token|access_token|auth token|auth_token|api token|api_token|bearer token|refresh token|refresh_token|client secret|client_secret|\
            private key|private_key|encryption key|shared key|accountkey|sharedaccesskey|token|secret|webhook secret|session token|x-api-key|signing key",
            "clé api|clé d'api|clé secrète|clé d'accès|clé privée|jeton|jeton d'accès|jeton api",
            "api-schlüssel|*api-schluessel|geheimer schlüssel|zugriffsschlüssel|zugriffstoken|geheimschlüssel|api-token",
            "clave api|clave de api|clave secreta|clave privada|clave de acceso|token de acceso",
            "مفتاح api|مفتاح الواجهة|المفتاح السري|مفتاح سري|رمز الوصول|التوكن|مفتاح الوصول|المفتاح",
        ],
    },
];
