//! A conversation in memory: requests in the notation of scenarios, and what each reply says, in the same notation.

use crossinterp_driver::{ServeError, serve};
use crossinterp_objects::Value;
use serde_json::{Value as Json, json};

/// A request: where it is made, by which thread, what, and with what.
pub fn call(verb: &str, args: &str) -> Json {
    let args: Value = format!("[{args}]").parse().unwrap_or_else(|trouble| panic!("{args}: {trouble}"));
    let Value::List(args) = args else { panic!("a list of arguments") };
    json!({ "verb": verb, "args": args.iter().map(to_json).collect::<Vec<_>>(), "kwargs": {} })
}

/// The same, made by code of the interpreter with this id.
pub fn inside(id: u64, mut call: Json) -> Json {
    call["place"] = json!({ "int": id.to_string() });
    call
}

/// The same, in a thread of its own.
pub fn start(thread: &str, mut call: Json) -> Json {
    call["thread"] = json!(thread);
    call
}

/// The same with an argument by its name.
pub fn with(mut call: Json, name: &str, value: &str) -> Json {
    call["kwargs"][name] = to_json(&value.parse().unwrap());
    call
}

/// What the replies say, one after the other.
pub fn converse(calls: &[Json]) -> Vec<String> {
    let lines = (1..).zip(calls).map(|(seq, call)| numbered(seq, call).to_string());
    let replies = talk(&lines.collect::<Vec<_>>().join("\n")).expect("a conversation");
    assert_eq!(replies.len(), calls.len() + 1, "a handshake, and a reply to each request");
    let seqs: Vec<_> = replies[1..].iter().map(|reply| reply["seq"].as_u64()).collect();
    assert_eq!(seqs, (1..=calls.len() as u64).map(Some).collect::<Vec<_>>());
    replies[1..].iter().map(|reply| told(&reply["outcome"])).collect()
}

fn numbered(seq: u64, call: &Json) -> Json {
    let mut request = call.clone();
    request["seq"] = json!(seq);
    request
}

/// The lines that come back for these lines.
pub fn talk(lines: &str) -> Result<Vec<Json>, ServeError> {
    let mut replies = Vec::new();
    serve(lines.as_bytes(), &mut replies)?;
    let replies = String::from_utf8(replies).unwrap();
    Ok(replies.lines().map(|line| serde_json::from_str(line).unwrap()).collect())
}

fn told(outcome: &Json) -> String {
    if let Some(value) = outcome.get("value") {
        return shown(value);
    }
    if let Some(raised) = outcome.get("exception") {
        return exception(raised);
    }
    format!("not implemented: {}", outcome["not_implemented"].as_str().unwrap())
}

fn exception(raised: &Json) -> String {
    let own = format!("{}: {}", raised["type"].as_str().unwrap(), raised["message"].as_str().unwrap());
    let links = ["cause", "context"].map(|link| match &raised[link] {
        Json::Null => String::new(),
        linked => format!(" <- {link} {}", exception(linked)),
    });
    own + &links.concat()
}

fn shown(value: &Json) -> String {
    let all = |items: &Json| items.as_array().unwrap().iter().map(shown).collect::<Vec<_>>().join(", ");
    match value {
        Json::Null => "None".to_owned(),
        Json::Bool(true) => "True".to_owned(),
        Json::Bool(false) => "False".to_owned(),
        value if value.get("make").is_some() => format!("{}({})", value["make"].as_str().unwrap(), all(&value["args"])),
        value if value.get("handle").is_some() => format!("<{}>", value["handle"].as_str().unwrap()),
        value => tagged(value, all),
    }
}

fn tagged(value: &Json, all: impl Fn(&Json) -> String) -> String {
    let (tag, body) = value.as_object().unwrap().iter().next().unwrap();
    match tag.as_str() {
        "tuple" => format!("({})", all(body)),
        "list" => format!("[{}]", all(body)),
        "dict" => {
            let pairs = body.as_array().unwrap().iter().map(|pair| format!("{}: {}", shown(&pair[0]), shown(&pair[1])));
            format!("{{{}}}", pairs.collect::<Vec<_>>().join(", "))
        }
        "str" => format!("{:?}", body.as_str().unwrap()),
        "bytes" => format!("bytes {}", body.as_str().unwrap()),
        _ => body.as_str().unwrap().to_owned(),
    }
}

fn to_json(value: &Value) -> Json {
    let all = |items: &[Value]| items.iter().map(to_json).collect::<Vec<_>>();
    match value {
        Value::None => Json::Null,
        Value::Bool(flag) => json!(flag),
        Value::Int(number) => json!({ "int": number.to_string() }),
        Value::Float(float) => json!({ "float": float.to_string() }),
        Value::Str(text) => json!({ "str": text.escaped() }),
        Value::Bytes(bytes) => json!({ "bytes": bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>() }),
        Value::Tuple(items) => json!({ "tuple": all(items) }),
        Value::List(items) => json!({ "list": all(items) }),
        Value::Dict(pairs) => {
            json!({ "dict": pairs.iter().map(|(k, v)| json!([to_json(k), to_json(v)])).collect::<Vec<_>>() })
        }
        // `kept(0)` is the handle of the first thing that was kept.
        Value::Made(kind, args) if ["kept", "capsule", "struct"].contains(&kind.as_str()) => {
            json!({ "handle": kind, "ref": args[0].as_i64() })
        }
        Value::Made(kind, args) => json!({ "make": kind, "args": all(args) }),
        other => panic!("{other} cannot be asked with"),
    }
}
