/**
 * Words by which people search for a page besides its name, by the page's address. In English and German, whatever
 * language the app is in.
 */
export const SEARCH_WORDS: Readonly<Record<string, string | undefined>> = {
  '/': 'start dashboard overview startseite übersicht',
  '/opportunities/board': 'kanban board stages deals sales funnel vertrieb phasen trichter',
  '/my-day':
    'today agenda todo to-do tasks activities overdue due calls meetings heute aufgaben fällig überfällig termine anrufe erledigen',
  '/goals':
    'goals quota quotas target targets revenue leaderboard ranking progress ziele quote umsatz rangliste fortschritt vorgaben',
  '/calendar':
    'week month day schedule appointments meetings team availability woche monat tag termine zeitplan termin',
  '/exports': 'download csv excel xlsx backup herunterladen ausgeben datei sicherung',
  '/imports': 'upload csv excel xlsx history hochladen einlesen datei verlauf',
  '/imports/new': 'upload csv excel xlsx file hochladen einlesen datei',
  '/people':
    'users members colleagues team invite invitation user management benutzer mitglieder kollegen einladen einladung nutzerverwaltung',
  '/bulk-jobs':
    'background work progress running queue pause stop bulk mass change hintergrund fortschritt laufende massenänderung sammeländerung anhalten',
  '/duplicates': 'merge same twice double deduplicate dubletten doppelt zusammenführen mehrfach',
  '/bin': 'trash deleted restore undelete papierkorb gelöscht wiederherstellen',
  '/audit': 'log history events changes security export protokoll verlauf ereignisse änderungen sicherheit',
  '/settings':
    'company name subdomain time zone timezone locale language region format currency base fiscal year week start month days without activity at risk leaderboard goals two factor 2fa mfa require general unternehmen firma zeitzone sprache währung geschäftsjahr wochenbeginn tage ohne aktivität gefährdet rangliste ziele zwei faktor pflicht allgemein konfiguration configuration preferences options optionen',
  '/settings/notifications':
    'email e-mail mail alerts digest quiet hours do not disturb unsubscribe push bell benachrichtigung mitteilungen ruhezeiten nicht stören übersicht abbestellen glocke',
  '/settings/following':
    'follow watch subscribe subscribed notifications automatically unfollow folgen beobachten abonnieren gefolgt automatisch entfolgen',
  '/settings/pipelines':
    'stages sales process probability phases stufen phasen vertriebsprozess wahrscheinlichkeit',
  '/settings/exchange-rates':
    'currency currencies foreign money conversion währung währungen wechselkurse kurse fremdwährung umrechnung',
  '/settings/objects':
    'custom entity module table data model schema customize eigene entität modul tabelle datenmodell anpassen',
  '/settings/fields':
    'custom field property attribute column select formula rollup required feld eigenschaft spalte auswahl formel pflichtfeld',
  '/settings/duplicates':
    'duplicate duplicates matching rule dedupe same twice doppelt dubletten duplikate doubletten abgleich regel',
  '/settings/assignment':
    'lead routing distribution round robin territory owner queue rules zuweisung verteilung verteilen gebiet zuständigkeit regeln reihum',
  '/settings/layouts': 'form page card section tab arrange formular seite karte abschnitt anordnen',
  '/settings/roles':
    'permissions rights access role user profile security berechtigungen rechte zugriff rollen sicherheit',
  '/settings/masking':
    'mask hide personal data privacy gdpr keys encryption field security maskierung verbergen datenschutz dsgvo schlüssel verschlüsselung feldsicherheit',
  '/settings/masking-log':
    'reveal privacy gdpr who saw access log eingesehen datenschutz dsgvo zugriffsprotokoll',
  '/settings/api-keys':
    'token integration developer rest webhook secret program schlüssel schnittstelle entwickler zugang programm',
  '/settings/profile':
    'language account appearance theme dark light mode me personal preferences name sprache konto darstellung dunkel hell design ich persönlich',
  '/settings/security':
    'password passkey two factor 2fa mfa authenticator recovery codes sessions devices log out passwort kennwort zwei faktor wiederherstellung sitzungen geräte abmelden',
  '/products': 'price list catalog items articles preise preisliste katalog artikel produkte',
  '/settings/jobs':
    'failed work dead letters queue retry replay errors aufgaben fehlgeschlagen fehler warteschlange wiederholen',
  '/settings/undelivered':
    'mail email bounce resend undelivered unknown failed zustellung erneut senden unbekannt abgelehnt',
  '/tags': 'labels keywords categories etiketten schlagworte schlagwörter kategorien',
  '/leads': 'prospects enquiries interessenten anfragen',
  '/opportunities': 'deals sales chances verkaufschancen abschlüsse',
  '/accounts': 'companies customers firms organisations organizations firmen kunden unternehmen konten',
  '/contacts': 'people persons customers personen ansprechpartner kontakte',
  scheme: 'theme dark light mode appearance design dunkel hell farbschema darstellung',
  shortcuts: 'keyboard keys help hotkeys tastatur tasten hilfe',
};

/** Lower-case words without accents, split at anything but letters and digits. */
function wordsOf(text: string): string[] {
  return text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean);
}

/** Whether each word of `wanted` starts a word of `text`. An empty `wanted` matches everything. */
export function isFoundBy(wanted: string, text: string): boolean {
  const words = wordsOf(text);
  return wordsOf(wanted).every((part) => words.some((word) => word.startsWith(part)));
}
