-- Two small warehouses: one of suppliers and purchases, one of sales through three channels.
CREATE TABLE zone (zone_id int PRIMARY KEY, zone_name text);
CREATE TABLE country (country_id int PRIMARY KEY, country_name text, zone_id int REFERENCES zone);
CREATE TABLE vendor (vendor_id int PRIMARY KEY, vendor_name text, street text, phone text, balance numeric, remark text, country_id int REFERENCES country);
CREATE TABLE article (article_id int PRIMARY KEY, article_name text, maker text, brand text, class text, size int, box text, list_price numeric);
CREATE TABLE supply (article_id int REFERENCES article, vendor_id int REFERENCES vendor, available int, cost numeric, PRIMARY KEY (article_id, vendor_id));
CREATE TABLE client (client_id int PRIMARY KEY, client_name text, street text, phone text, balance numeric, segment text, country_id int REFERENCES country);
CREATE TABLE purchase (purchase_id int PRIMARY KEY, client_id int REFERENCES client, state char(1), ordered date, urgency text, clerk text, ship_rank int, remark text);
CREATE TABLE position (purchase_id int REFERENCES purchase, position_no int, article_id int, vendor_id int, quantity numeric, price numeric, discount numeric, tax numeric, returned char(1), state char(1), shipped date, promised date, received date, instruction text, mode text, PRIMARY KEY (purchase_id, position_no));

CREATE TABLE day (day_id int PRIMARY KEY, day_date date, week int, month int, month_no int, quarter int, year int, weekday text);
CREATE TABLE clock (clock_id int PRIMARY KEY, hour int, minute int, meal text);
CREATE TABLE product (product_id int PRIMARY KEY, product_code text, product_name text, brand_id int, brand text, class text, category text, manager int, colour text, unit text, price numeric, wholesale numeric);
CREATE TABLE place (place_id int PRIMARY KEY, street text, city text, county text, state text, zip text, country text, gmt numeric);
CREATE TABLE household (household_id int PRIMARY KEY, income_band int, buying text, dependents int, cars int);
CREATE TABLE profile (profile_id int PRIMARY KEY, gender char(1), marital char(1), education text, dependents int);
CREATE TABLE person (person_id int PRIMARY KEY, person_code text, profile_id int REFERENCES profile, household_id int REFERENCES household, place_id int REFERENCES place, first_name text, last_name text, birth_country text, birth_year int, email text, first_sale int);
CREATE TABLE shop (shop_id int PRIMARY KEY, shop_code text, shop_name text, city text, county text, state text, zip text, employees int, floor int, gmt numeric, market int);
CREATE TABLE site (site_id int PRIMARY KEY, site_name text, company text);
CREATE TABLE hub (hub_id int PRIMARY KEY, hub_name text, state text, area int);
CREATE TABLE campaign (campaign_id int PRIMARY KEY, by_mail char(1), by_event char(1), by_tv char(1));
CREATE TABLE shop_sale (day_id int, clock_id int, product_id int, person_id int, profile_id int, household_id int, place_id int, shop_id int, campaign_id int, ticket int, quantity int, cost numeric, list numeric, price numeric, discount numeric, paid numeric, profit numeric, coupon numeric, PRIMARY KEY (product_id, ticket));
CREATE TABLE shop_return (day_id int, product_id int, person_id int, shop_id int, reason int, ticket int, quantity int, amount numeric, fee numeric, loss numeric, PRIMARY KEY (product_id, ticket));
CREATE TABLE web_sale (day_id int, clock_id int, ship_day_id int, product_id int, person_id int, ship_place_id int, site_id int, hub_id int, order_no int, quantity int, cost numeric, list numeric, price numeric, paid numeric, ship_cost numeric, profit numeric, PRIMARY KEY (product_id, order_no));
CREATE TABLE web_return (day_id int, product_id int, person_id int, place_id int, order_no int, quantity int, amount numeric, loss numeric, PRIMARY KEY (product_id, order_no));
CREATE TABLE mail_sale (day_id int, ship_day_id int, product_id int, person_id int, profile_id int, place_id int, hub_id int, campaign_id int, order_no int, quantity int, cost numeric, list numeric, price numeric, paid numeric, coupon numeric, profit numeric, PRIMARY KEY (product_id, order_no));
CREATE TABLE mail_return (day_id int, product_id int, person_id int, place_id int, order_no int, quantity int, amount numeric, loss numeric, PRIMARY KEY (product_id, order_no));
CREATE TABLE stock (day_id int, product_id int, hub_id int, on_hand int, PRIMARY KEY (day_id, product_id, hub_id));
