// Phrases that have a telling word in them and tell nothing of anybody: what they cover counts for no label.

export const harmless =
  'file name | filename | host name | hostname | server name | table name | column name | product name | item name | ' +
  'company name | event name | tag name | role name | group name | team name | brand name | domain name | display order | ' +
  'mac os | card type | card brand | card color | score card | report card | time card | business card | id card type | ' +
  'public key | primary key | foreign key | sort key | idempotency key | key name | cache key | partition key | key id | key type | ' +
  'object key | routing key | lookup key | translation key | issue key | key prefix | public token | ' +
  'token type | token count | token id | tokens used | max tokens | token limit | prompt tokens | completion tokens | total tokens | ' +
  'token usage | input tokens | output tokens | token symbol | token name | next page token | page token | sync token | continuation token | ' +
  'phone extension | street view | address book | address type | address id | memory address | contract address | email template | email type | ' +
  'email subject | mail server | mail host | phone model | phone type | pass rate | pass count | pass fail | passed | ' +
  'pin count | pinned | pin board | shipping pin | race id | race date | race number | race track | birth rate | age group policy | ' +
  'user agent | time zone | account manager id | commit message | error message | log message | message id | message type | ' +
  'body type | body style | response body | request body | body html template | mime type | content type | ' +
  'cell id | cell type | battery cell | mobile app | mobile version | is mobile | mobile enabled | portable device | ' +
  'city id | town id | credit card type | treatment group | test condition | condition expression | condition code rule | ' +
  'weather condition | stock condition | vehicle condition | rule condition | position title | job position | ' +
  'drug class | tax number format | secret santa | secret sauce | operation name | session count | login count | login attempts | ' +
  'last login | login enabled | fax enabled | street lights | web address | site address | url address | ' +
  'sort name | class name | service name | index name | schema name | database name | job name | queue name | topic name | ' +
  'metric name | plan name | project name | category name | country name | city name | region name | state name | ' +
  'branch name | bank name | store name | shop name | supplier name | vendor name | manufacturer name | model name | ' +
  'business name | firm name | organization name | organisation name | firmenname | nom produit | nombre producto | ' +
  'produktname | nome produto | productnaam | bedrijfsnaam | nom entreprise | nombre empresa | nome empresa | dateiname | ' +
  'package name | version name | campaign name | field name | variable name | parameter name | attribute name | type name | ' +
  'status name | color name | process name | workflow name | template name | function name | device name | unit name | ' +
  'course name | department name | school name | hospital name | program name | common name species | scientific name | ' +
  'ticket number | order number | invoice number | serial number | part number | model number | version number | tracking number | ' +
  'line number | page number | batch number | lot number | flight number | room number | gate number | issue number | ' +
  'sequence number | po number | case number | contract number | policy name | mail sent | mail queue | ' +
  'salt content | salt level | cookie policy | cookie consent | session type | session start | session end | ' +
  'compensation type | id number range | net income statement | company income | gps device model | adresse mac | pan zoom | pan speed | ' +
  'last 4 weeks | last 4 quarters | glucose syrup | dose form | treatment water | sex ratio | sex offender registry url';
