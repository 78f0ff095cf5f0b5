"""Two small .xls of LibreOffice: "密" in A1, 12.5 in B2, saved with a password to open.

Only their workbook streams, packed: a cipher for the tests would be more text than they are.
The first has the password under which Excel saves every workbook whose structure is protected.
"""

import zlib
from base64 import b85decode

from support.binary_books import ole

COMMON_PASSWORD = (
    r"c-mEzdpJ~EAIF!OF~()a-H}_l&!97L8kr`gUc^MaxnF7y<1%&5DRM1`Ci1**J&5S0snkIe$)%VPl1pT8#*y@BcyT6WVs"
    r"dLnNZz&mclLhP_xF81Yp>th`?sI<Q^sikfK>!d_&y~7FDx8n;0P2p?^N~ZdCny}&{jHBs4wC#>^oa?T!{8F_&Fj&9&*s"
    r"FdmCTaa`i6W;?I13(b@Q)u1o?HsKK;BRVDuoGlhdV(Dks0Zr7kqOHLwaOipoZC1g>;&ee}WR};UH<{#(v(I`!+j5BBBe"
    r"~GiT#d8HI-tu%K1L3IegOvUgyY!lkpBJ+#6Mv08wBNFVdH<I40#o`pdwaOGh4+Vh`7geoeC<IR5&K3rcF5la9&lT*Svv"
    r"rCcOXY7pupYg7YYD4Lr1sgKuQj*hW=MhGgMZKGtdI33}tbp<{`r}tDTw8MQN4t0vGsPgKjR=-byp5!|Md7s1+Vu)7|wB"
    r"dcl-EFai1WBRVtuwZ<ybWKDfyQib2!W70n!3x(tfIj{MKJum>>6J&<;<QzG{$J<Q_XBb-RWS&!6q~zuQ8JQiwkEw273`"
    r"uKr_wWBS{#GfVjyA?GI5FNYMrPA84NPx}{&Vm|j7*8f=K2o${H?{*KWe(T+aBxy`!RjL49UldDzcP>8Q&ZJ7mK*Zl87y"
    r">ZqJxf-!1}=b)~+@_J6tZjjF0zDwk1af>8snf)42zrp}b5MOV@$fDWiXs{Lgpw~Kn0oTTp*9&?L1X!>7-PgdxUOlzjIp"
    r"W><(x6Jt|@0DyVLAXOyj{Y8Qg!l^Y(bo^<Sw))607rz+Iz8LAyb@F?M$<~})KU)b)4DK>@CWlAv^{!R#*xJV-FHHqlM3"
    r"?|lo77BP*QPt(({-<UF9NAV#ZX_+f|D2+ctxS8&pxAcFdFd(7U$eE91QjoBIkMp(Gxh*7TjMb*lLSBSSJ@hVaPRyhR!7"
    r"y>E2xw~QbUY@BZGCj!E&FQfMuCuZb$W=~iR;I6Gl^-AUtZccqjDOVt|Ppi)VD<t4yYo6+qJ;Jv{CjX^nF|u)oK|1eMtj"
    r"MzPaq`}Lf0_3#@{!!xm)Chm^@QC$_ro4*Abcx{YIvTW8hNgB=sJ}jA?SYDE=2guR~eC}6neP>e~-m8>I?F|z10-qA#H&"
    r"dNJqwWOVB0vf>&6}c!GJ-X5GTn+D;v>o9tiu+-nr4>VD?Ocs#;o?W-OQJ#1Vse{W-%;1D4J6BU4Pa@?0<2J2C-`^Vqjc"
    r"Em+aSQV>p)-BN^YIMT*5aX7BTNB<N?B&gQnSk&BnOAi~2iv+rDox8YN>Rwf_l6^UZ~Bw>)=Jw^nj#W~CU$f-U&2ueQ5a"
    r"C3s5Xm4%O4sZBC$!!4uix~`SqPhtnukoMPlz4&4WL~vtW(M2FgH&0l*}Aur4_VV1O<&aCe&m4v1ZXvkKiE9A`i%_&wtf"
    r"*Ztl1&B8hPme-^GcV%}@*i>Q3y30N9V+TTqSh5EKi_g@uOW&vbPQ|9D4ES-Usc6OaISHDQ5pPQp8$ETeU-pbV?!*5noP"
    r"TtP+Vnavbt3JP+h>Pw01wa|uBD@)PJy1T&0DT*02Q$P@>bO)pEDFcdnQg7^w%ElDIb+zbc?FST~n>`yt&;{S6KzNCFRY"
    r"gr}2-brv{I<@e6gRCSICQbEp~s2jm+z!M!qVECUieiw#MEYx_WX3_IKs7UPThyWQvE%-22}sD5#_P-$tIP$OD(U`|~)v"
    r"XF+txd1g9Si$upqOW#@Cnrj*q3;@Ad(`TlR7ZrK^Ig_)y8uTbL2vGsS4vT!mfr(rpthLsZvz4r|E8V(m$M%6+yMOzdrs"
    r"htj_i{xQ>4k|du{~4+;1+W!!J<OdR;s<rZy^cS&acG0+0`$!ymx%u(ej=!fiP?lm>`xG+7HP$XcXuhg(ubIBkSAam7T5"
    r"lpC<6MaRqEDy)4S7P73LKmERkk#D1)fl>j>@s10k*#T_Lj#=OfHc%y3eF@P^sRyHkJ!?0DF1Nbub4>P9G+DJ98GDx9(7"
    r"yB`$iX7@l}4Rwb>-;`#Q2+N9I5&FEc-cc`r{6DwZ!@$aI%8yFn!j{a`{Df<zAE)kcR#4o%^cuW6!av(_>==F25Z&2I|0"
    r"+v6~pWs(;Rfj&}7}c^ZrR0njf!S-pumP`7c*!8~D5U|SU-*jNuVL;mXj0k>7eV*"
)

OWN_PASSWORD = (
    r"c-mEzdpuO>AIBeKjLFidMH(4GSmUxoYt^7hE*qJWs9Z8NF%qT;lMx!Z+omOIx1ln-OG6B1W!7a^L&&;pWNA=K5lLDick"
    r"_Er|NYK+J)iIAyuau9p4ao7*Yn+kRR;j01nSi~l>xjka99Cbpz!%t)V*lsdhOc}OVd8l$~gxfy*(E*$T7;V?VVJ;pmTk"
    r"%uzCtzn-lBzhjV$k(jF3DGzw6l5-o*#dD|;kDF9pmUKJ+Hn!d9Nt?TYD#*a6lpS0R@WCaQOihWPN(exh*$rIw`t0x*Qm"
    r"OJZ>%I@rZgLBitCh<nxiMM4s$Ho5wLubiwt17Wh8bjMyikfPtuFpB!WvBCbSnGfOJuA#-MMu7B-VP|eoC=dnvTW4}ex2"
    r"cVS^)(@Z5}BA-~b&-PylJ>R0Z_uwhd4td>z16;1QKGmLpJETynJI6!!dx57<tD?**}WP)no+Q1xRsL%oTSz&V`LgV0a5"
    r"lK=tG2YLJ*gC|(}mQ8}0VwCR5PpqV(6@qeOi(&ChH3{H>y+Gna-vUIX?$3>HtFGMOJ~-Lin=P3-oQGs}lfsVv+97_^bW"
    r"dPc$p6!B{=BD#rTE6X)C?rsO^-owWD4^Qt|@%atUmnrxE@A_N0rHIAqjj9^tDXmn@yY8zV}X6wk*eK$tU$JNUhAmjctP"
    r"|<DImJPZz0IV(x&F|4Q6!Z>=A-AfQ#jH8o;raqfQ9t4hU*5ugFmog#9T1F#<#JuyvL#6!c5m3OBRzAv<0n``qEW#Ea}W"
    r"HGV(*9UAu7{arS-bxu3)@!|z43^kUB5}H=ZH{o=3TA3lT38t$>sskSM(z0Wr4)<scjLx46-Bqeypz%|!8>SM$J6r?5iY"
    r"uleHe?G(Rz%leV~J9mWv&zqX?%og%nWQReVqfQ#lHHl+hJphAqPDZsa9*CxzOdbU{;jcBd231C+Z64`GtWgy)`GYx<x1"
    r"uo0s8K9drxhw$iMqy;m6)c6GQdnIY-KjwY3cs9Z#9A2<j)jX;>Wwqa~8p<s;+o?ZB_+*B_*O-6MS;fjc0pI2oILCdhi*"
    r"P*nJvXd$0lU48VjsAm=Ivrx+W&dI+4A&c(Q$@#L)ME4kiV<yh@m3F&jsEt%l)fsdT(_2EqQ2I19hS%2;uC;O4>{~iW#9"
    r"8Vm4tGF;BLkts>mvBc8*&_*31`SF9S1E~QeO!J0e5jSlSf4$kgpo_(Tzna(-9XR^8258-|-_v2>gFv<32^oK7M#~GhK>"
    r"3bpE%|@1%c~D*yqSyF016wpLm_5cp_=riWNM*&p@$RWjJ*8Wz3u=>s5`-_S`fx5Y2ucAv*T&<j$I|+OQ}uFDXwVliWs1"
    r"a)zp0HP(bbNbgT%M#u@8|bN}lB*alptWn+DIqg}hX-2`r!i*dR-ZXRZM>5RSDzmMUODRO5d{W6>$Icfb!Ah|w{_4jJ~>"
    r"OZlBS<?1&>HnSXs@2xmfSp)mR?maR$X!37<@~lgBz1ieYmKZ~jtjB5lwGX&o;<8-Lc6kSp1+3ePhj(n?5<7-|OV@9o5|"
    r"&3da;>oQV{1SSXq$FMGb~57a$>cwcgukaa3l#kS3c(E0B<^069f>t!`tJV|1?Z$*nNNZTuf{!jz6dZ+tQ}bO;7#*nw}~"
    r"=+RHC-P>1HXK*g=811#u{?s;={uEHP)5<ZU$2_CzL@G`R@e;3@0wz7pEl3-@t(+p~nkO=i}a22YQs{w0j!jTN0h6_@l#"
    r"(NsW`6O)R7fUj$a1-cLD7d!3<?obDp{LeqWvC~2u6_l5e<YfxVf4XC01SY&kKBSKOE{mw4H~sonW*B4f_EM&WfvZJ_H+"
    r"LXm1Ta1?E`B+FHe9g(BA(g$o--0V!d|M8GzahP9LX4Ud`7(cCRKqg1rxmQU_iVAS3y9tOllpqsVpsItZihbg4bcyi#;5"
    r"@>q7_34QN%xRInY{m(yG?34EJ6HzLFJfwL>R8Jcr<WGYmpu{~bew=?WHZ;*^Zt03_crGak)3U`Q!<j>}QqU`UTz%>Lz6"
    r"g_=-6)MJ=h>t9KRWi*-*@qKDb5#6U*B$N9(OMCNJS$i#(Y=90it(X7ugZD70{|G(p+5E?!G_F{jUCmS6$|aF2Di#rP*h"
    r"c{q!#F{0kDB^B4wp8=!y98MI#5DD<WiiI)olTW(l8i|@z1M*iym07ss{9s"
)


def common_password() -> bytes:
    return ole({"Workbook": zlib.decompress(b85decode(COMMON_PASSWORD))})


def own_password() -> bytes:
    return ole({"Workbook": zlib.decompress(b85decode(OWN_PASSWORD))})
