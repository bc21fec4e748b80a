//! The words recognisers know, by language. A star ends a stem: `appel*` stands for every word that begins so;
//! `*nummer` for every word that ends so.

use super::Role;

pub(super) const VOCABULARY: &[(Role, &str)] = &[
    // English
    (
        Role::Phone,
        "tel tele telephone* phone phones phoned phoning freecall call calls called callback calling mobile mob cell \
        cellphone cellular landline fax telefax whatsapp whats wa dial ring answer answering answers reach reachable reached text sms contact \
        hotline helpline voicemail switchboard desk direct signal viber telegram telno phoneno ph telephoned texting texted \
        ringing dialing dialling dialed handset freephone tollfree callerid",
    ),
    (
        Role::Other,
        "ticket* order orders ordered po pos requisition* invoice* inv case ref refs reference* inc req chg \
        incident* request* problem prb task sctask ritm serial sn asset* tag barcode tracking shipment parcel docket \
        delivery awb waybill container kb error* err code codes code# exception event bug issue id ids uid sku part article item items \
        product model batch lot licence license key keys contract payroll policy meter membership \
        badge certificate registration voyage flight isin ean upc gtin asin acct quote quotes quotation loan lease permit rma sr \
        purchase cost center centre project wbs budget gl account imei iccid guid uuid hash checksum pid process \
        job jobs row lines session transaction document doc file files folder size quantity qty total \
        amount price prices sum count page pages zip postcode postal room otp pin passcode password otp verification \
        confirmation booking reservation receipt voucher coupon isbn vat duns pr epoch timestamp unix log logs hex",
    ),
    (
        Role::Version,
        "version* ver build* release* firmware driver drivers patch patched upgrade* update* downgrade* \
        rev revision bios sdk hotfix installed installer rollup",
    ),
    (
        Role::Network,
        "ip ipv ipv4 ipv6 ips address* server* host hosts hostname gateway router dns ping pinging pings \
        subnet network vpn proxy firewall dhcp nat node machine workstation remote rdp ssh lan wan vlan nic",
    ),
    (Role::Card, "card cards cc visa mastercard amex maestro debit credit pan"),
    (Role::SocialSecurity, "ssn social itin"),
    (Role::Identity, "nid national iqama identity emirates cin cnie nin citizen resident"),
    (Role::Tax, "tin tax taxpayer"),
    (Role::Number, "number numbers numb num no nos nr nbr"),
    (
        Role::Small,
        "is are was at on and or me us him them the under of over main new old company best current other \
        correct second alternate alternative emergency",
    ),
    (Role::Toward, "to via"),
    (
        Role::Party,
        "customer customers client clients employee employees staff personnel vendor vendors part parts record records note offer claim plate charge patient supplier suppliers user \
        users member",
    ),
    (
        Role::Relation,
        "manager managers boss supervisor colleague colleagues assistant secretary wife husband partner neighbour \
        neighbor director deputy caretaker janitor contractor technician",
    ),
    (Role::Place, "work home office private personal business"),
    (Role::Possessive, "my our his her their your"),
    (
        Role::Unit,
        "usd eur gbp aed sar egp mad dzd tnd chf mxn ars cop clp brl inr cad aud jpy dollar dollars euro euros \
        pound pounds cents bytes byte mb gb tb kib mib gib hz khz mhz ghz ms sec secs seconds minutes hours days weeks \
        months years people rows pieces pcs units km kg percent pct files emails mails messages \
        times seats",
    ),
    // French
    (
        Role::Phone,
        "telephon* portable portables appel appels appele* appell* rappel rappele* rappell* joignable* joindre \
        contacter contactez gsm fixe poste standard telecopie numerotez coordonnees natel tph telecopieur cellulaire \
        telecop texto textos textez texter joignez rejoindre rejoignable permanence composer composez sonner",
    ),
    (
        Role::Other,
        "commande* facture* dossier* demande* reference* bon devis colis livraison suivi serie erreur* \
        incident* intervention contrat matricule projet budget imputation montant somme compte* article* lot \
        billet* requete* anomalie ecriture piece marche sav lotissement police sinistre compteur adherent abonnement \
        abonne allocataire bail cheque quittance recu bulletin cout couts tache siret siren tva fichier quantite codepostal \
        immobilisation achat etiquette bl ordre inventaire reservation bordereau",
    ),
    (Role::Version, "mise maj pilote pilotes micrologiciel correctif logiciel"),
    (Role::Network, "adresse* serveur* passerelle hote machine poste reseau routeur pare"),
    (Role::Card, "carte cb bancaire"),
    (Role::Identity, "cni cine nationale identite"),
    (Role::Number, "numero numeros num"),
    (
        Role::Small,
        "est sont moi nous vous lui le la les et ou sur par du de des ce mes voici directe direct nouveau \
        nouvelle ancien ancienne",
    ),
    (Role::Toward, "au aux"),
    (
        Role::Party,
        "salle etage fournisseur fournisseurs employe employee cliente salarie usager utilisateur utilisatrice",
    ),
    (
        Role::Relation,
        "collegue collegues chef patron responsable superieur directeur directrice epouse mari gardien concierge \
        adjoint adjointe technicien technicienne",
    ),
    (Role::Place, "bureau domicile perso personnel professionnel pro maison travail"),
    (Role::Possessive, "mon notre son leur votre ma"),
    (
        Role::Unit,
        "dinar dinars dirham dirhams livres octets octet ko mo go jours heures secondes lignes personnes \
        fois messages mails tnd xof xaf",
    ),
    // German
    (
        Role::Phone,
        "telefon* tel telefonnummer rufnummer durchwahl mobil mobilnummer mobiltelefon handy handynummer \
        festnetz ruckruf rueckruf* anruf* anrufen rufen ruf rufe ruft angerufen erreichbar erreichen erreiche \
        telefonisch zuruckrufen zurueckrufen fernsprecher nebenstelle melden meldet meldest kontakt kontaktnummer \
        privatnummer dienstnummer bueronummer servicenummer notfallnummer notrufnummer zentrale vermittlung apparat \
        durchwahl* rueckmeldung *handy *telefon *rufnummer *handynummer *handynr *telefonnummer *telefonnr rufnr telnr faxnummer festnetznummer whatsappnummer *mobilnummer \
        *mobilnr *faxnummer *faxnr *rueckrufnummer *festnetznummer *whatsappnummer *hotline handynr mobilnr telefonnr faxnr",
    ),
    (Role::Place, "buero dienstlich privat geschaeftlich zuhause"),
    (
        Role::Other,
        "bestellung* bestell* auftrag* rechnung* vorgang* ticketnummer stoerung* stoer* fehler* fehlercode \
        seriennummer serien* inventar* inventarnummer anlage* vertrag* kunden* kundennummer personalnummer personal* \
        projekt* kostenstelle* lieferung* liefer* lieferschein* sendung* paket artikel* beleg* buchung* konto* \
        lizenz* geraet* geraete* aktenzeichen fall anfrage* referenz* zeichen menge summe betrag plz materialnummer \
        banf vorfall kd mitglieds* zaehler* kennzeichen *nummer *nr *vertrag *auftrag *bestellung *rechnung *beleg *schein az police versicherungs* teile* abo angebot* offerte",
    ),
    (Role::Version, "versionen ausgabe treiber treiberversion aktualisier* stand"),
    (Role::Network, "adresse* rechner netz* netzwerk* ipadresse zugriff"),
    (Role::Card, "karte karten kreditkarte* kartennummer kartennr *kartennummer *kartennr"),
    (
        Role::Tax,
        "steuer* steuerid identifikationsnummer steueridentifikationsnummer idnr stid idnummer",
    ),
    (Role::Number, "nummer nummern"),
    (
        Role::Small,
        "ist sind lautet heisst auf und oder der die das von den dem auch bitte mich uns \
        neue neu alte immer direkt direkte aktuelle andere",
    ),
    (
        Role::Party,
        "kunde kundin mitarbeiter mitarbeiterin lieferant lieferanten nutzer nutzerin benutzer benutzerin",
    ),
    (
        Role::Relation,
        "kollege kollegen kollegin chef chefin vorgesetzter vorgesetzten vertretung hausmeister abteilungsleiter \
        teamleiter leiter techniker",
    ),
    (Role::Toward, "an unter"),
    (Role::Possessive, "meine meiner mein unsere unser ihre seine"),
    (Role::Unit, "franken stueck minuten stunden tage zeilen sekunden mal kosten"),
    // Spanish
    (
        Role::Phone,
        "telefono* telf tfno tlf tlfn tfn movil moviles celular* cel llamar llame llamen llama llamad llamada* \
        llamame* llamenme llamanos contactar contactame contacto localizable fijo extension interno marcar* marque \
        comunicarse wasap guasap escribeme localizan localizame localizarme escribanme celu fono fonos wsp wpp wapp watsap wasapp marcame marquenme llamada \
        comuniquese comunicate comunicarte timbrar timbreme ubicarme ubiquenme telefonillo conmutador centralita \
        telefonica lada anexo",
    ),
    (
        Role::Other,
        "pedido* orden factura* albaran solicitud* expediente* incidencia* caso envio guia serie proyecto* \
        presupuesto* contrato* lote articulo* codigo* tique* ticket peticion* activo \
        inventario etiqueta cuenta importe monto recibo reserva partida seguimiento requisicion remision folio \
        matricula fichero archivo compra poliza siniestro contador socio remito comprobante boleta tramite \
        radicado patente afiliado abonado nomina legajo ruc rut nit cuit rfc oc incidente* licencia* transaccion* \
        referencia* documento* coste costos costes cotizacion",
    ),
    (Role::Version, "actualizacion* actualizar* actualiza* controlador parche compilacion"),
    (Role::Network, "direccion* servidor* equipo red pasarela enrutador"),
    (Role::Card, "tarjeta tarjetas"),
    (Role::Identity, "dni cedula"),
    (Role::Number, "numero numeros nro num"),
    (
        Role::Small,
        "es son el los las en y por favor este nuevo nueva antiguo anterior otro otra directo principal de del",
    ),
    (
        Role::Party,
        "turno reporte cliente* empleado* empleada proveedor* usuario usuaria trabajador trabajadora",
    ),
    (
        Role::Relation,
        "jefe jefa colega companero companera conserje portero encargado encargada gerente director directora \
        supervisor supervisora esposa esposo tecnico",
    ),
    (Role::Place, "casa oficina trabajo particular"),
    (Role::Toward, "al"),
    (Role::Possessive, "mi nuestro su mis"),
    (
        Role::Unit,
        "pesos dolares libras unidades usuarios veces dias horas minutos segundos filas correos bs soles",
    ),
    // Verbs of Spanish and French with whom they mean at their end
    (
        Role::Phone,
        "contacta* contacte* llamarme llamarnos llamarle llameme llamenos comunica* localiza* telefonea*",
    ),
    // Portuguese
    (
        Role::Phone,
        "telefone* telemovel telemoveis contato contatos contata* contate* ligar ligue liguem ligarme ligando chamada* \
        ramal recado zap atendo",
    ),
    (
        Role::Other,
        "encomenda* fatura* protocolo chamado* apolice erro* processo rastreio rastreamento boleto* notafiscal compra*",
    ),
    (Role::Version, "atualizacao versao"),
    (Role::Network, "endereco* servidor*"),
    (Role::Card, "cartao cartoes"),
    (Role::Small, "do da dos das sao este esta novo nova"),
    (Role::Possessive, "minha meu nosso nossa seu sua"),
    (Role::Place, "escritorio trabalho"),
    (Role::Unit, "reais minutos segundos utilizadores usuarios"),
    // Arabic
    (
        Role::Phone,
        "هاتف* تلفون* تليفون* جوال* موبايل* محمول* نقال* خلوي* فاكس* واتس* واتساب* اتصل* اتصال* للاتصال \
        الاتصال التواصل تواصل* كلمني كلموني رقمي رقمنا يتصل تتصل اتصلوا موبيل* رنوا رن كلمنا كلمونا الموحد هواتف جوالات متحرك* تحويله تحويلة سنترال خليوي مكالمه راسلني الثابت ثابت الارضي أرضي الأرضي",
    ),
    (
        Role::Other,
        "طلب* تذكره تذكرتي تذاكر فاتوره فواتير بلاغ بلاغي شحنه شحنة معامله تسلسلي سيريال خطا خطأ رمز كود \
        مشروع عقد ميزانيه مرجع مرجعي حساب وظيفي قطعه عضويه طرد سند قيد رحله رخصه وثيقه مطالبه بند لوحه جواز وصل دفعه \
        عمليه اشتراك عداد ضريبي عرض سعر امر مقاله مهمه تتبع اصل صنف كميه مبلغ باركود مستند قضيه حاله حالة ملف \
        ايصال حجز شراء توريد بوليصه الصنف تعريفي",
    ),
    (Role::Version, "اصدار* نسخه نسخة تحديث* ترقيه ترقية تعريف"),
    (Role::Network, "عنوان* خادم* سيرفر* شبكه شبكة راوتر جهاز"),
    (Role::Card, "بطاقه بطاقة بطاقتي فيزا ماستركارد مدى ائتمان"),
    (
        Role::Identity,
        "هويه هوية هويتي اقامه اقامة اقامتي وطنيه وطنية قومي القومي شخصيه التعريف مدنيه السجل",
    ),
    (Role::Number, "رقم ارقام"),
    (Role::Small, "هو هي من في او هذا الخاص الشخصي مباشر جديد قديم"),
    (Role::Toward, "على علي عبر الى"),
    (Role::Party, "موظف موظفه عميل زبون مورد مستخدم مستخدمه"),
    (Role::Relation, "مدير مديري مديره زميل زميلي زميلتي حارس مشرف سكرتير"),
    (Role::Place, "مكتب* منزل* بيت عمل"),
    (
        Role::Unit,
        "ريال* درهم* جنيه* دينار* دولار* يورو ليره ميجا جيجا كيلو مستخدمين ايام يوم ساعه دقيقه ثانيه مره",
    ),
];
