export const languages = ['en', 'de', 'fr', 'es', 'it'] as const;
/** Languages whose grammar the analysis knows; text in any other is compared as it is written. */
export type Language = (typeof languages)[number];

const set = (list: string): ReadonlySet<string> => new Set(list.trim().split(/\s+/));

/** Words of grammar, folded. They say what language a text is in and nothing of what it is about. */
export const stopWords: Readonly<Record<Language, ReadonlySet<string>>> = {
  en: set(`a about above after again all also am an and any are as at be because been before being below between both but
    by can cannot could did do does doing don down during each either else for from further get gets got had has have
    having he her here hers him his how i if in into is it its itself just let like may me might more most much must my
    myself need needs no nor not of off on once only or other our ours out over own please same shall she should so some
    such than that the their theirs them then there these they this those through to too under until up upon us very was
    we were what when where which while who whom whose why will with within without would yes you your yours yourself`),
  de: set(`aber alle allem allen aller alles als also am an ander andere anderen auch auf aus bei beim bin bis bist bitte da
    damit darf darfst durfen dann das dass dein deine dem den denn der des dessen dich die dies diese diesem diesen dieser dieses dir doch dort
    du durch ein eine einem einen einer eines einige er es etwas euch euer fur gegen gibt habe haben hat hatte hatten hier hin
    hinter ich ihm ihn ihnen ihr ihre ihrem ihren ihrer im in indem ins ist ja jede jedem jeden jeder jedes jene jetzt kann
    kein keine keinen konnen konnte machen man manche mehr mein meine mich mir mit mochte muss mussen musst nach nicht nichts noch nun nur
    ob oder ohne sehr sein seine sich sie sind so solche soll sollen sollte sondern sonst uber um und uns unser unter viel
    viele vom von vor wann war waren warum was weg weil welche welchem welchen welcher welches wenn wer werde werden wie
    wieder will wir wird wirst wo wollen wurde wurden zu zum zur zwar zwischen`),
  fr: set(`a afin ai ainsi alors au aucun aussi autre aux avec avoir ce ceci cela celle celui ces cet cette ceux chaque chez
    comme comment dans de des donc dont du elle elles en encore est et etait ete etes etre eu eux il ils je la le les leur
    leurs lors lui ma mais me meme mes moi mon ne nos notre nous on ont ou par pas pendant peut peuvent plus pour pourquoi
    qu quand que quel quelle quelles quels qui quoi sa sans se sera ses si sont son sous sur ta te tes toi ton tous tout
    toute toutes tres tu un une vers vos votre vous y`),
  es: set(`a al algo antes asi aun aunque cada como con contra cual cuales cuando cuanto de del desde donde dos el ella ellas
    ellos en entre era es esa ese eso esta estan estas este esto estos fue ha hasta hay la las le les lo los mas me mi mis
    mucho muy nada ni no nos o otra otro para pero poco por porque que quien se sea ser si sin sobre son su sus tambien
    tanto te tiene tienen todo todos tu un una uno unos y ya yo`),
  it: set(`a ad ai al alla alle anche avere che chi ci come con cosa cui da dal dalla degli dei del della delle di dove e ed
    essere fra gli ha hanno i il in io la le lei li lo loro lui ma mi mio ne nei nel nella noi non o per perche piu puo
    quale quali quando quanto quella quello questa questo se sei si sia sono su sua sui sul sulla suo tra tu tutti tutto un
    una uno voi`),
};
