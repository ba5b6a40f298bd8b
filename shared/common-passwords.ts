/**
 * What people choose most, and attackers try first, in lower case with letters and digits only. Digits at the end, repetitions
 * and runs along the keyboard are recognised by rule (see password-rules.ts) and are not spelled out here.
 */
export const commonPasswords: ReadonlySet<string> = new Set(
  `
  password passwort passw0rd p4ssword pa55word pa55w0rd p455w0rd passwords mypassword mypasswordis thisismypassword thisisapassword
  password1password password123password passwordpassword passw0rdpassw0rd newpassword oldpassword yourpassword changeme changemenow
  changeit changethis changethispassword pleasechangeme pleasechangethis letmein letmeinnow letmeinplease letmein123letmein
  opensesame default defaultpassword temppassword temporary temporarypassword nopassword nopasswordhere notapassword
  password123456789 passwordpassword123 iforgotmypassword idontknow idontremember whatever whateveryouwant secret secretpassword
  mysecretpassword supersecret supersecretpassword topsecret verysecret verysecretpassword trustno trustnoone sicherespasswort
  meinpasswort geheim geheimespasswort contrasena contraseña micontrasena motdepasse monmotdepasse senha minhasenha wachtwoord
  mijnwachtwoord haslo mojehaslo parola lozinka salasana losenord lösenord adgangskode
  admin administrator administratoradministrator adminadmin adminpassword administratorpassword superadmin superuser superuserpassword rootroot
  rootpassword root toor sysadmin systemadministrator user username usernamepassword userpassword guest guestguest guestpassword
  welcome welcomewelcome welcomehome welcometothejungle welcometomyworld hello hellohello helloworld helloworldhelloworld hellokitty
  hellothere qwerty qwertyqwerty qwertyuiop qwertyuiopasdfghjkl qwertyuiopasdfghjklzxcvbnm qwertypassword asdfghjkl asdfasdfasdf zxcvbnm
  qazwsx qazwsxedc qazwsxedcrfv qazwsxedcrfvtgb 1qaz2wsx 1qaz2wsx3edc 1qaz2wsx3edc4rfv 1q2w3e 1q2w3e4r 1q2w3e4r5t 1q2w3e4r5t6y zaq12wsx zaq1xsw2
  q1w2e3r4 q1w2e3r4t5 q1w2e3r4t5y6 abc123abc abcd1234 a1b2c3d4 a1b2c3d4e5 a1b2c3d4e5f6 1a2b3c4d 1a2b3c4d5e aa123456 a123456 abcdefg abcdefgh
  iloveyou iloveyouiloveyou iloveyousomuch iloveyouforever iloveyoubaby iloveyoumom ilovemyself ilovemyfamily ilovemylife ilovejesus ilovegod
  iloveu ilovehim ilovechocolate iloveyoumorethan loveyou lovelove loveme lovemeforever lovely lover forever foreverandever foreveryoung
  foreverlove jesuschrist jesusislord jesuslovesme jesuslovesyou godisgood godislove godisgreat godblessyou inthenameofjesus
  princess sunshine sunshinesunshine rainbow butterfly butterflies flower beautiful chocolate chocolatecake strawberry strawberryshortcake
  superman batman batmanandrobin spiderman pokemon pikachu starwars starwarsfan maytheforcebewithyou lordoftherings harrypotter
  gameofthrones winteriscoming dragon dragonballz dragonball monkey monkeymonkey football footballfootball baseball basketball
  soccer hockey liverpool liverpoolfc manchesterunited manchester chelsea chelseafc arsenal arsenalfc barcelona fcbarcelona realmadrid
  juventus michael michaeljackson jordan jennifer jessica michelle charlie daniel andrew joshua matthew anthony nicholas christopher
  alexander alexandra elizabeth samantha stephanie victoria veronica sebastian shadow master mastermaster mustang computer
  computercomputer internet samsung iphone android microsoft windows google facebook instagram whatsapp linkedin youtube
  mynameis mynameisjohn whatsup whatsyourname whatismypassword abracadabra supercalifragilisticexpialidocious
  correcthorsebattery nevergonnagiveyouup thequickbrownfox thequickbrownfoxjumps thequickbrownfoxjumpsoverthelazydog tobeornottobe
  tobeornottobethatisthequestion loremipsum loremipsumdolor loremipsumdolorsitamet onetwothree onetwothreefour onetwothreefourfive
  fuckyou fuckyoufuckyou fuckoff asshole bitch money moneymoney killer freedom summer summertime winter spring autumn
  monday tuesday wednesday thursday friday saturday sunday january february march april june july august september
  october november december
  `
    .trim()
    .split(/\s+/),
);
