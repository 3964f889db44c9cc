package io.opportune.engine.lint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opportune.engine.lint.LintFinding.Level;
import io.opportune.engine.lint.PersonalDataLinter.ValueKind;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A table of what is refused and a longer one of what is not. */
class PersonalDataLinterTest {
    /** Place, level, rule, text: what must be found. Numbers are made up and pass their check digits. */
    private static final String BAD = """
        TEXT      ERROR   email            Write to anna.schmidt@example.com today
        SEGMENT   ERROR   email            info@shop.example
        NAME      ERROR   email            offer-for-jan@example.nl
        URL       ERROR   email            https://shop.example/?to=anna%40example.com
        TEXT      WARNING phone            Ruf mich an: +49 171 2345678
        TEXT      WARNING phone            Call us on 020 7946 1234 before noon
        TEXT      WARNING phone            Bel 06 12345678 voor een afspraak
        TEXT      WARNING phone            Appelez-nous au 01 42 68 53 00
        TEXT      WARNING phone            Llámanos al 612 345 678
        TEXT      WARNING phone            (212) 664-7665 and ask for milk
        SEGMENT   ERROR   phone            +31 6 12345678
        SEGMENT   ERROR   customer_id      4917612345678
        TEXT      ERROR   bank_account     Pay to DE89 3704 0044 0532 0130 00 now
        NAME      ERROR   bank_account     GB82WEST12345698765432
        TEXT      ERROR   bank_account     NL91 ABNA 0417 1643 00
        TEXT      ERROR   bank_account     FR1420041010050500013M02606
        TEXT      ERROR   bank_account     ES91 2100 0418 4502 0005 1332
        TEXT      ERROR   card_number      Your card 4111 1111 1111 1111 was used
        NAME      ERROR   card_number      5500005555555559
        SEGMENT   ERROR   card_number      3782-822463-10005
        TEXT      ERROR   identity_number  SSN 536-90-4399
        TEXT      ERROR   identity_number  DNI 12345678Z
        SEGMENT   ERROR   identity_number  X1234567L
        TEXT      ERROR   identity_number  BSN: 111222333
        TEXT      ERROR   identity_number  1 85 05 78 006 084 91
        TEXT      ERROR   identity_number  85.07.30-033.28
        TEXT      WARNING ip_address       Last seen from 203.0.113.77
        SEGMENT   ERROR   ip_address       203.0.113.77
        NAME      ERROR   ip_address       2001:db8::8a2e:370:7334
        SEGMENT   ERROR   device_id        00:1B:44:11:3A:B7
        SEGMENT   ERROR   device_id        6D92078A-8246-4BA4-AE5B-76104861E7DC
        TEXT      ERROR   device_id        idfa 6D92078A-8246-4BA4-AE5B-76104861E7DC
        TEXT      ERROR   device_id        IMEI 490154203237518
        TEXT      ERROR   birth_date       geboren am 03.11.1971
        TEXT      ERROR   birth_date       born on 1971-11-03
        TEXT      ERROR   birth_date       geboortedatum 3-11-1971
        TEXT      ERROR   birth_date       née le 03/11/1971
        TEXT      ERROR   birth_date       nacida el 3/11/1971
        SEGMENT   ERROR   birth_date       vip_born_1971-11-03
        TEXT      WARNING street_address   Hauptstraße 12, immer offen
        TEXT      WARNING street_address   Visit 221 Baker Street soon
        TEXT      WARNING street_address   Kom naar Kalverstraat 92
        TEXT      WARNING street_address   12 rue de la Paix
        TEXT      WARNING street_address   Calle Mayor 14
        SEGMENT   ERROR   street_address   Gartenweg 3
        TEXT      ERROR   person_name      Dear Anna, your milk is cheaper today
        TEXT      ERROR   person_name      Dear Mr. Abernathy, thank you
        TEXT      ERROR   person_name      Hallo Julia!
        TEXT      ERROR   person_name      Liebe Frau Schmidt, willkommen
        TEXT      ERROR   person_name      Beste meneer de Vries
        TEXT      ERROR   person_name      Chère Madame Dupont
        TEXT      ERROR   person_name      Estimada señora García
        TEXT      ERROR   person_name      Hola Carmen, tenemos algo para ti
        TEXT      ERROR   person_name      {{first_name}}, your coffee is ready
        TEXT      ERROR   person_name      Hallo [Vorname]!
        TEXT      ERROR   person_name      %%NAME%%
        TEXT      WARNING person_name      A gift from Peter Schmidt
        TEXT      WARNING person_name      Para José García
        SEGMENT   ERROR   person_name      vip-anna-schmidt
        SEGMENT   ERROR   person_name      jan_de_vries
        NAME      WARNING person_name      james-wilson-10
        SEGMENT   ERROR   health           diabetics
        SEGMENT   ERROR   health           pregnant_women
        SEGMENT   ERROR   health           Schwangere
        SEGMENT   ERROR   health           allergiker
        SEGMENT   ERROR   health           zwanger
        SEGMENT   ERROR   health           femmes enceintes
        SEGMENT   ERROR   health           embarazadas
        SEGMENT   ERROR   health           wheelchair-users-disabled
        SEGMENT   ERROR   religion         muslim_households
        SEGMENT   ERROR   religion         halal_buyers
        SEGMENT   ERROR   religion         katholisch
        SEGMENT   ERROR   religion         joods
        SEGMENT   ERROR   religion         pratiquants_catholiques
        SEGMENT   ERROR   religion         musulmanes
        SEGMENT   ERROR   ethnicity        hispanic_families
        SEGMENT   ERROR   ethnicity        Migrationshintergrund
        SEGMENT   ERROR   ethnicity        etnische_achtergrond
        SEGMENT   ERROR   ethnicity        refugees
        SEGMENT   ERROR   sexuality        gay_couples
        SEGMENT   ERROR   sexuality        lgbtq
        SEGMENT   ERROR   sexuality        Lesben
        SEGMENT   ERROR   sexuality        homosexuelle_paare
        SEGMENT   ERROR   union            trade_union_members
        SEGMENT   ERROR   union            gewerkschaftsmitglieder
        SEGMENT   ERROR   union            vakbondsleden
        SEGMENT   ERROR   union            syndicalistes
        SEGMENT   ERROR   union            sindicato
        SEGMENT   ERROR   politics         voters_of_the_left
        SEGMENT   ERROR   criminal         ex_offenders
        SEGMENT   ERROR   biometric        dna_test_buyers_genetic
        ATTRIBUTE ERROR   person_name      customer.first_name
        ATTRIBUTE ERROR   person_name      customer.name
        ATTRIBUTE ERROR   person_name      customer.nachname
        ATTRIBUTE ERROR   person_name      customer.achternaam
        ATTRIBUTE ERROR   person_name      customer.prenom
        ATTRIBUTE ERROR   person_name      customer.apellidos
        ATTRIBUTE ERROR   email            customer.email
        ATTRIBUTE ERROR   email            customer.emailadresse
        ATTRIBUTE ERROR   email            customer.correo_electronico
        ATTRIBUTE ERROR   phone            customer.mobile_number
        ATTRIBUTE ERROR   phone            customer.telefonnummer
        ATTRIBUTE ERROR   street_address   customer.house_number
        ATTRIBUTE ERROR   street_address   customer.lieferadresse
        ATTRIBUTE WARNING postcode         customer.postcode
        ATTRIBUTE WARNING postcode         request.device_geo_zip
        ATTRIBUTE ERROR   birth_date       customer.date_of_birth
        ATTRIBUTE ERROR   birth_date       customer.kundengeburtsdatum
        ATTRIBUTE ERROR   birth_date       customer.geboortedatum
        ATTRIBUTE WARNING birth_year       request.user_yob
        ATTRIBUTE ERROR   identity_number  customer.ssn
        ATTRIBUTE ERROR   identity_number  customer.passport_number
        ATTRIBUTE ERROR   identity_number  customer.burgerservicenummer
        ATTRIBUTE ERROR   bank_account     customer.iban
        ATTRIBUTE ERROR   card_number      customer.kreditkartennummer
        ATTRIBUTE ERROR   ip_address       request.device_ip
        ATTRIBUTE ERROR   ip_address       request.device_ipv6
        ATTRIBUTE ERROR   device_id        request.device_ifa
        ATTRIBUTE ERROR   device_id        customer.imei
        ATTRIBUTE ERROR   customer_id      request.user_id
        ATTRIBUTE ERROR   customer_id      request.user_buyeruid
        ATTRIBUTE ERROR   customer_id      customer.kundennummer
        ATTRIBUTE ERROR   customer_id      customer.loyalty_card_number
        ATTRIBUTE ERROR   precise_position request.device_geo_lat
        ATTRIBUTE ERROR   precise_position customer.gps_position
        ATTRIBUTE ERROR   secret           customer.password
        ATTRIBUTE ERROR   health           customer.is_diabetic
        ATTRIBUTE ERROR   health           customer.chronisch_krank
        ATTRIBUTE ERROR   religion         customer.konfession
        ATTRIBUTE ERROR   ethnicity        customer.race
        ATTRIBUTE ERROR   union            customer.union_membership
        """;
    /** Place and text: what must not be found, because catalogues are full of it. */
    private static final String GOOD = """
        TEXT      Write to info@shop.example or service@shop.example
        TEXT      Questions? 0800 123 4567, free of charge
        TEXT      Call 1-800-555-0199 for a table
        TEXT      Fragen? 0180 5 123456
        TEXT      Bel 0900 1234 voor meer
        TEXT      10 % off milk, 2 for 3, from 1.99 to 12.50
        TEXT      Valid 2017-01-01 to 2017-12-31
        TEXT      Gültig vom 01.01.2017 bis 31.12.2017
        TEXT      Born in the USA, burgers since 1971
        TEXT      Only 24 pieces at 0.99 each, EAN 4006381333931
        TEXT      Order number 1029743, page 12 of 300
        TEXT      Dear customer, thank you for 10 years
        TEXT      Dear Santa, bring me chocolate
        TEXT      Liebe Kundin, lieber Kunde
        TEXT      Liebe Frau Nachbarin von nebenan
        TEXT      Hallo Frühling! Tulpen ab 2,99
        TEXT      Hello Kitty lunch box
        TEXT      Hallo Holland, kaas in de aanbieding
        TEXT      Beste klant, uw koffie staat klaar
        TEXT      Cher client, votre café vous attend
        TEXT      Hola verano: sandía a 0,99
        TEXT      Dr. Oetker Pizza, Mr. Clean, Dr Pepper, Uncle Ben's, Aunt Anna
        TEXT      Jack Daniel's and Johnnie Walker, Ben & Jerry's
        TEXT      Paul Smith shirts and Jack Wolfskin jackets
        TEXT      Martin Luther King Day sale
        TEXT      Christian Dior parfum, Calvin Klein jeans
        TEXT      Rose Wine and May Flowers, Will Power bars
        TEXT      Kevin the carrot meets Anna the apple
        TEXT      From aisle 12 to street food: 5 Corner Street Tacos
        TEXT      The taste of Sesame Street
        TEXT      Store 309, 1,200 m from here
        TEXT      Platz 1 im Test, Sitzplatz 12
        TEXT      Version 1.2.3, size 10.5.2
        TEXT      5 x 100 g, 300x250, 16:9, 12:30:45
        TEXT      Halal and kosher meat, for diabetics too: sugar-free
        TEXT      Gay pride menu, church fair, union square market
        TEXT      Help for allergies: nettle tea
        TEXT      <div class="milk"><a href="{{click}}">Milk to your door</a></div>
        TEXT      [Sponsored] 50 %% off
        TEXT      https://cdn.dairy.example/4111111111111111/milk.png
        TEXT      Picture: https://10.0.0.7:8080/a?b=203.0.113.77
        TEXT      ab 4 Uhr: DE-Ware, CH12, GB 2024
        TEXT      Wer 3 kauft, zahlt 2: Straße der Genüsse
        TEXT      La calle de las tapas, desde 2 euros
        TEXT      La rue des saveurs: 3 pour 2
        URL       https://dairy.example/milk?from=ad&x=1
        URL       https://203.0.113.77/creative/4111111111111111.png
        ORGANISATION Anna Schmidt Backwaren GmbH
        ORGANISATION Martin's of Main Street
        NAME      milk-10
        NAME      FLUID MILK
        NAME      4006381333931
        NAME      1029743
        NAME      spring-2017-01-01
        NAME      6D92078A-8246-4BA4-AE5B-76104861E7DC
        NAME      KOSHER
        NAME      HISPANIC FOODS
        NAME      ETHNIC PERSONAL CARE
        NAME      diabetes-care
        NAME      offer_0815_4711
        NAME      paul-smith-shirt
        NAME      IAB7-3
        NAME      CNPA0484000H
        SEGMENT   new_parent
        SEGMENT   allotment
        SEGMENT   gold
        SEGMENT   coffee_lovers
        SEGMENT   health_food
        SEGMENT   healthy-eaters
        SEGMENT   union_station_commuters
        SEGMENT   credit_union
        SEGMENT   european_union
        SEGMENT   race_fans
        SEGMENT   ethnic_food_lovers
        SEGMENT   asian_cuisine
        SEGMENT   hispanic_cooking
        SEGMENT   dog_with_diabetes
        SEGMENT   arabica_coffee
        SEGMENT   christmas_shoppers
        SEGMENT   cancer_charity_donors
        SEGMENT   golf_handicap
        SEGMENT   lapsed_90_days
        SEGMENT   wein-kenner
        SEGMENT   bio_kaeufer
        SEGMENT   vegetarier
        SEGMENT   vegan
        SEGMENT   sportif
        SEGMENT   amateurs_de_vin
        SEGMENT   amantes_del_vino
        SEGMENT   week_2017_12
        SEGMENT   309
        SEGMENT   rose_may
        ATTRIBUTE customer.tier
        ATTRIBUTE customer.household_size
        ATTRIBUTE customer.age_band
        ATTRIBUTE customer.income_band
        ATTRIBUTE customer.email_opt_in
        ATTRIBUTE customer.has_email
        ATTRIBUTE customer.email_open_rate
        ATTRIBUTE customer.last_login
        ATTRIBUTE customer.card_type
        ATTRIBUTE customer.loyalty_points
        ATTRIBUTE customer.pets
        ATTRIBUTE request.weather
        ATTRIBUTE request.temperature
        ATTRIBUTE request.app_name
        ATTRIBUTE request.site_name
        ATTRIBUTE request.app_bundle
        ATTRIBUTE request.site_domain
        ATTRIBUTE request.site_cat
        ATTRIBUTE request.device_os
        ATTRIBUTE request.device_devicetype
        ATTRIBUTE request.device_model
        ATTRIBUTE request.device_geo_country
        ATTRIBUTE request.device_geo_region
        ATTRIBUTE request.device_geo_city
        ATTRIBUTE request.device_connectiontype
        ATTRIBUTE request.device_sua_mobile
        ATTRIBUTE request.imp_bidfloor
        ATTRIBUTE request.imp_video_plcmt
        ATTRIBUTE request.imp_banner_pos
        ATTRIBUTE request.imp_tagid
        ATTRIBUTE request.exchange
        ATTRIBUTE request.phone_model
        ATTRIBUTE request.shelf_position
        ATTRIBUTE request.user_data_segment_id
        ATTRIBUTE request.text
        ATTRIBUTE request.number
        """;

    private record Row(LintPlace place, Level level, LintRule rule, String text) {
        static Row bad(final String line) {
            final String[] parts = line.strip().split("\\s+", 4);
            return new Row(
                LintPlace.valueOf(parts[0]), Level.valueOf(parts[1]), LintRule.find(parts[2]), parts[3]);
        }

        static Row good(final String line) {
            final String[] parts = line.strip().split("\\s+", 2);
            return new Row(LintPlace.valueOf(parts[0]), null, null, parts[1]);
        }
    }

    private static List<Row> bad() {
        return BAD.lines().map(Row::bad).toList();
    }

    private static List<Row> good() {
        return GOOD.lines().map(Row::good).toList();
    }

    @ParameterizedTest
    @MethodSource("bad")
    void shouldFind(final Row row) {
        final List<LintFinding> findings = PersonalDataLinter.check(row.place(), row.text());
        assertTrue(findings.stream().anyMatch(
                finding -> finding.rule() == row.rule() && finding.level() == row.level()),
            () -> row + " gave " + findings);
    }

    @ParameterizedTest
    @MethodSource("good")
    void shouldLetPass(final Row row) {
        assertEquals(List.of(), PersonalDataLinter.check(row.place(), row.text()));
    }

    @Test
    void shouldHaveABadExampleOfEachRule() {
        final Set<LintRule> shown = new HashSet<>();
        bad().forEach(row -> shown.add(row.rule()));
        assertEquals(Set.copyOf(Arrays.asList(LintRule.values())), shown);
        for (final LintRule rule : LintRule.values()) {
            assertEquals(rule, LintRule.find(rule.ruleName()));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"4111111111111112", "DE88370400440532013000", "12345678A", "111222334"})
    void shouldLetNumbersPassWhoseCheckDigitIsWrong(final String number) {
        for (final String text : List.of("DNI " + number, "BSN " + number, "IBAN " + number)) {
            assertEquals(List.of(), PersonalDataLinter.check(LintPlace.TEXT, text), text);
        }
    }

    @Test
    void shouldKnowWhatAnAttributeCanHold() {
        assertEquals(List.of(), PersonalDataLinter.checkAttribute("customer.email", ValueKind.FLAG));
        assertEquals(List.of(), PersonalDataLinter.checkAttribute("customer.email", ValueKind.INTEGER));
        assertEquals(List.of(), PersonalDataLinter.checkAttribute("request.device_ip", ValueKind.FLAG));
        assertEquals(LintRule.BIRTH_DATE,
            PersonalDataLinter.checkAttribute("customer.birthday", ValueKind.TIME).getFirst().rule());
        assertEquals(LintRule.HEALTH,
            PersonalDataLinter.checkAttribute("customer.pregnant", ValueKind.FLAG).getFirst().rule());
    }

    @Test
    void shouldNeverLearnFromWhatLeadsToAPerson() {
        for (final Row row : bad()) {
            if (row.place() == LintPlace.ATTRIBUTE) {
                assertFalse(AttributePurpose.mayBeFeature(row.text()), row.text());
            }
        }
        for (final Row row : good()) {
            if (row.place() == LintPlace.ATTRIBUTE) {
                assertTrue(AttributePurpose.mayBeFeature(row.text()), row.text());
            }
        }
        for (final String name
            : List.of("request.id", "request.device_ua", "request.site_page", "request.source_tid")) {
            assertFalse(AttributePurpose.mayBeFeature(name), name);
        }
    }

    @Test
    void shouldSayWhatWhyAndWhatToDo() {
        for (final LintRule rule : LintRule.values()) {
            assertNotNull(rule.thing());
            assertTrue(rule.why().length() > 10 && rule.advice().length() > 10, rule.ruleName());
        }
    }
}
