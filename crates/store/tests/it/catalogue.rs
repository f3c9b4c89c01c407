//! Every statement of the catalogue on both engines, the dialect's rules, and the equality of the two schemas.

use std::collections::{BTreeMap, BTreeSet};

use countersign_store::{DatabaseUrl, Engine, Statement, Store, queries};
use postgres::NoTls;
use postgres::types::Type;

use crate::support::{PgSchema, options, postgres_url};

/// A migrated SQLite file, opened behind the store's back.
fn sqlite() -> (tempfile::TempDir, rusqlite::Connection) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("catalogue.db");
    Store::open(&DatabaseUrl::sqlite(&path), &options()).unwrap().close_blocking();
    let connection = rusqlite::Connection::open(path).unwrap();
    (folder, connection)
}

/// A migrated PostgreSQL schema, opened behind the store's back.
fn postgresql() -> (PgSchema, postgres::Client) {
    let schema = PgSchema::new();
    Store::migrate(&schema.url, &options()).unwrap();
    let mut client = postgres::Client::connect(&postgres_url(), NoTls).unwrap();
    client.batch_execute(&format!("SET search_path = {}", schema.name())).unwrap();
    (schema, client)
}

/// Fails with everything that is wrong at once, so that one run shows all there is to mend.
fn assert_none(problems: &[String], hint: &str) {
    assert!(problems.is_empty(), "{hint}:\n{}", problems.join("\n"));
}

#[test]
fn every_statement_prepares_on_sqlite() {
    let (_folder, connection) = sqlite();
    let problems: Vec<String> = queries::all()
        .into_iter()
        .filter_map(|statement| {
            let text = statement.render(Engine::Sqlite);
            connection.prepare(&text).err().map(|error| format!("{}: {error}", statement.name))
        })
        .collect();
    assert_none(&problems, "SQLite refuses these statements");
}

#[test]
fn every_statement_prepares_on_postgresql_with_our_types() {
    let (_schema, mut client) = postgresql();
    let mut problems = Vec::new();
    for statement in queries::all() {
        let prepared = match client.prepare(&statement.render(Engine::Postgres)) {
            Ok(prepared) => prepared,
            Err(error) => {
                let detail =
                    error.as_db_error().map_or_else(|| error.to_string(), |reported| reported.message().to_owned());
                problems.push(format!("{}: {detail}", statement.name));
                continue;
            }
        };
        for (index, parameter) in prepared.params().iter().enumerate() {
            if ![Type::INT8, Type::TEXT, Type::BYTEA].contains(parameter) {
                problems.push(format!(
                    "{}: ${} is taken for {parameter}; write CAST(${0} AS BIGINT), TEXT or {{bytes}}",
                    statement.name,
                    index + 1
                ));
            }
        }
        for column in prepared.columns() {
            if ![Type::INT8, Type::INT4, Type::BOOL, Type::TEXT, Type::BYTEA].contains(column.type_()) {
                problems.push(format!("{}: column {} is {}; cast it", statement.name, column.name(), column.type_()));
            }
        }
    }
    assert_none(&problems, "PostgreSQL refuses these statements, or takes their parameters for other types than ours");
}

#[test]
fn statement_names_are_unique() {
    let mut seen = BTreeSet::new();
    let problems: Vec<String> = queries::all()
        .into_iter()
        .filter(|statement| !seen.insert(statement.name))
        .map(|statement| statement.name.to_owned())
        .collect();
    assert_none(&problems, "two statements share these names");
}

/// Words that mean different things on the two engines, or nothing on one.
const FORBIDDEN_WORDS: &[&str] = &[
    "now",
    "random",
    "like",
    "ilike",
    "glob",
    "offset",
    "current_timestamp",
    "current_date",
    "datetime",
    "strftime",
    "unixepoch",
    "last_insert_rowid",
    "rowid",
    "nextval",
    "serial",
    "autoincrement",
    "any",
    "array",
    "json",
    "jsonb",
    "json_extract",
    "ifnull",
    "nvl",
    "greatest",
    "least",
    "replace",
    "glob",
    "regexp",
    "isnull",
    "notnull",
    "true",
    "false",
];

/// What breaks a rule of the dialect in one statement.
fn dialect_problems(statement: &Statement) -> Vec<String> {
    let mut problems = Vec::new();
    let text = without_strings(statement.sql).to_lowercase();
    let words: Vec<&str> = text
        .split(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '{' && c != '}')
        .filter(|word| !word.is_empty())
        .collect();
    for word in FORBIDDEN_WORDS {
        if words.contains(word) {
            problems.push(format!("uses {word}"));
        }
    }
    for (pair, fragment) in [(["for", "update"], "{for_update}"), (["skip", "locked"], "{skip_locked}")] {
        if words.windows(2).any(|window| window == pair) {
            problems.push(format!("spells {} out; write {fragment}", pair.join(" ")));
        }
    }
    for piece in ["::", "->", "?"] {
        if text.contains(piece) {
            problems.push(format!("uses {piece}"));
        }
    }
    let uncast = text.match_indices("sum(").any(|(at, _)| !text[..at].trim_end().ends_with("cast("));
    if uncast || text.contains("sum (") {
        problems.push("has a SUM that is not CAST(SUM(…) AS BIGINT)".to_owned());
    }
    let mut highest = 0;
    for number in placeholders(&text) {
        if number > highest + 1 {
            problems.push(format!("${number} appears before ${}", highest + 1));
        }
        highest = highest.max(number);
    }
    let known = ["{for_update}", "{skip_locked}", "{bytes}", "{collate_c}"];
    let unknown = words.iter().filter(|word| word.contains(['{', '}']) && !known.contains(word));
    problems.extend(unknown.map(|word| format!("has the unknown fragment {word}")));
    problems
}

/// The text with string literals emptied, so that words in them do not count.
fn without_strings(sql: &str) -> String {
    sql.split('\'').enumerate().filter(|(index, _)| index % 2 == 0).map(|(_, part)| part).collect::<Vec<_>>().join("''")
}

/// The numbers of `$n` in order of appearance.
fn placeholders(text: &str) -> Vec<u32> {
    text.split('$')
        .skip(1)
        .map(|rest| rest.chars().take_while(char::is_ascii_digit).collect::<String>().parse().unwrap_or(u32::MAX))
        .collect()
}

#[test]
fn every_statement_keeps_the_dialect() {
    let problems: Vec<String> = queries::all()
        .into_iter()
        .flat_map(|statement| {
            dialect_problems(statement).into_iter().map(|problem| format!("{}: {problem}", statement.name))
        })
        .collect();
    assert_none(&problems, "these statements leave the common dialect (design, storage)");
}

#[test]
fn the_dialect_check_finds_what_it_looks_for() {
    let cases = [
        ("SELECT now()", 1),
        ("SELECT a FROM t WHERE b LIKE $1", 1),
        ("SELECT a FROM t WHERE b = 'like this, now'", 0),
        ("SELECT a FROM t LIMIT $1 OFFSET $2", 1),
        ("SELECT SUM(a) FROM t", 1),
        ("SELECT CAST(SUM(a) AS BIGINT) FROM t", 0),
        ("SELECT a FROM t WHERE b = $2 AND c = $1", 1),
        ("SELECT a FROM t WHERE b = $1 AND c = $1 AND d = $2", 0),
        ("SELECT a FROM t FOR UPDATE", 1),
        ("SELECT a FROM t {for_update} {skip_locked}", 0),
        ("SELECT a FROM t {for_updat}", 1),
        ("SELECT a::TEXT FROM t", 1),
    ];
    for (sql, expected) in cases {
        // The check reads two strings; where the statement lives does not matter.
        let statement = Statement { name: "case", sql };
        let problems = dialect_problems(&statement);
        assert_eq!(problems.len(), expected, "{sql}: {problems:?}");
    }
}

/// One column as both engines can describe it.
type Column = (&'static str, bool);
type Tables = BTreeMap<String, BTreeMap<String, Column>>;

fn common_type(name: &str) -> &'static str {
    match name.to_lowercase().as_str() {
        "integer" | "bigint" | "int" => "integer",
        "text" => "text",
        "blob" | "bytea" => "bytes",
        _ => "another type",
    }
}

fn sqlite_tables(connection: &rusqlite::Connection) -> Tables {
    let sql = "SELECT t.name, c.name, c.type, c.\"notnull\" FROM pragma_table_list AS t JOIN pragma_table_info(t.name) AS c
        WHERE t.schema = 'main' AND t.type = 'table' AND t.name NOT LIKE 'sqlite_%' AND t.name <> 'refinery_schema_history'";
    let mut tables = Tables::new();
    let mut statement = connection.prepare(sql).unwrap();
    let mut rows = statement.query([]).unwrap();
    while let Some(row) = rows.next().unwrap() {
        let kind: String = row.get(2).unwrap();
        let column = (common_type(&kind), row.get::<_, i64>(3).unwrap() == 1);
        tables.entry(row.get(0).unwrap()).or_default().insert(row.get(1).unwrap(), column);
    }
    tables
}

fn postgres_tables(client: &mut postgres::Client) -> Tables {
    let sql = "SELECT table_name::text, column_name::text, data_type::text, is_nullable = 'NO' FROM information_schema.columns
        WHERE table_schema = current_schema() AND table_name <> 'refinery_schema_history'";
    let mut tables = Tables::new();
    for row in client.query(sql, &[]).unwrap() {
        let kind: String = row.get(2);
        tables.entry(row.get(0)).or_default().insert(row.get(1), (common_type(&kind), row.get(3)));
    }
    tables
}

#[test]
fn both_schemas_have_the_same_tables_and_columns() {
    let (_folder, connection) = sqlite();
    let (_schema, mut client) = postgresql();
    let (ours, theirs) = (sqlite_tables(&connection), postgres_tables(&mut client));
    assert!(ours.len() > 3, "the schema has tables");
    let mut problems = Vec::new();
    let names: BTreeSet<&String> = ours.keys().chain(theirs.keys()).collect();
    for name in names {
        let (Some(left), Some(right)) = (ours.get(name), theirs.get(name)) else {
            problems.push(format!("{name} is missing on one engine"));
            continue;
        };
        let columns: BTreeSet<&String> = left.keys().chain(right.keys()).collect();
        for column in columns {
            let (here, there) = (left.get(column), right.get(column));
            if here != there {
                problems.push(format!("{name}.{column}: SQLite {here:?}, PostgreSQL {there:?} (type, NOT NULL)"));
            }
        }
    }
    assert_none(&problems, "the two schemas differ");
}

/// Index name → (table, unique, partial), for indexes made by CREATE INDEX.
type Indexes = BTreeMap<String, (String, bool, bool)>;

#[test]
fn both_schemas_have_the_same_indexes() {
    let (_folder, connection) = sqlite();
    let sql =
        "SELECT i.name, t.name, i.\"unique\", i.partial FROM pragma_table_list AS t JOIN pragma_index_list(t.name) AS i
        WHERE t.schema = 'main' AND i.origin = 'c'";
    let mut statement = connection.prepare(sql).unwrap();
    let ours: Indexes = statement
        .query_map([], |row| Ok((row.get(0)?, (row.get(1)?, row.get::<_, i64>(2)? == 1, row.get::<_, i64>(3)? == 1))))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    let (_schema, mut client) = postgresql();
    let sql = "SELECT i.relname::text, t.relname::text, x.indisunique, x.indpred IS NOT NULL FROM pg_index x
        JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class t ON t.oid = x.indrelid JOIN pg_namespace n ON n.oid = t.relnamespace
        WHERE n.nspname = current_schema() AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = x.indexrelid AND c.contype IN ('p', 'u', 'x'))";
    let theirs: Indexes = client
        .query(sql, &[])
        .unwrap()
        .into_iter()
        .map(|row| (row.get(0), (row.get(1), row.get(2), row.get(3))))
        .collect();
    assert_eq!(ours, theirs, "an index of one engine is missing or different on the other (table, unique, partial)");
}

#[test]
fn sqlite_tables_are_strict_and_postgresql_text_sorts_by_bytes() {
    let (_folder, connection) = sqlite();
    let sql = "SELECT name FROM pragma_table_list
        WHERE schema = 'main' AND type = 'table' AND NOT strict AND name NOT LIKE 'sqlite_%' AND name <> 'refinery_schema_history'";
    let mut statement = connection.prepare(sql).unwrap();
    let lax: Vec<String> = statement.query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap();
    assert_none(&lax, "these SQLite tables are not STRICT");

    let (_schema, mut client) = postgresql();
    let sql =
        "SELECT table_name || '.' || column_name FROM information_schema.columns WHERE table_schema = current_schema()
        AND data_type = 'text' AND collation_name IS DISTINCT FROM 'C' AND table_name <> 'refinery_schema_history'";
    let localised: Vec<String> = client.query(sql, &[]).unwrap().into_iter().map(|row| row.get(0)).collect();
    assert_none(&localised, "these PostgreSQL columns lack COLLATE \"C\"");
}

#[test]
fn no_constraint_waits_for_commit() {
    // A batch on SQLite is one transaction: a deferred constraint would fail all of it.
    let (_folder, connection) = sqlite();
    let sql = "SELECT count(*) FROM sqlite_schema WHERE upper(sql) LIKE '%DEFERR%'";
    assert_eq!(connection.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap(), 0);
}
