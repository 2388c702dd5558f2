// Lines and declarations of the text form; the order of the passes stands in text_parser.h.
#include "checker/model/text_parser.h"

#include <algorithm>

namespace racecourse::model {

Parsed parse(std::string_view text, std::string_view main_file) {
  return text::Parser().run(text, main_file);
}

namespace text {

Parsed Parser::run(std::string_view text, std::string_view main_file) {
  unit_.main_file = main_file;
  if (readLines(text)) classify();
  if (!failed()) scanEntities();
  if (!failed()) scanFunctions();
  if (!failed()) declarations();
  if (!failed()) {
    collectFields();
    resolve_paths_ = true;
    declarations();
  }
  if (!failed()) bodies();
  Parsed result;
  if (failed()) {
    result.failure = failure_;
  } else {
    std::sort(unit_.dependencies.begin(), unit_.dependencies.end());
    unit_.reindex();
    result.unit = std::move(unit_);
  }
  return result;
}

/// A field's short name is the end of the name it was declared by.
void Parser::collectFields() {
  std::vector<std::pair<EntityId, std::string_view>> fields;
  for (const auto& [name, id] : unit_names_)
    if (unit_[id].kind == EntityKind::Field) fields.emplace_back(id, name);
  std::sort(fields.begin(), fields.end());
  for (const auto& [id, name] : fields) {
    fields_[std::string(lastComponent(name))].emplace_back(id, name);
    if (unit_[id].parent) fields_of_[unit_[id].parent].emplace_back(id, name);
  }
}

// ---- Tokens

const Token& Parser::peek(std::size_t ahead) const {
  const std::vector<Token>& tokens = line_->tokens;
  return tokens[std::min(at_ + ahead, tokens.size() - 1)]; // the last one is End
}

Token Parser::take() {
  Token token = peek();
  if (at_ + 1 < line_->tokens.size()) ++at_;
  return token;
}

bool Parser::isPunct(std::string_view mark, std::size_t ahead) const {
  return peek(ahead).kind == Token::Kind::Punct && peek(ahead).text == mark;
}
bool Parser::isWord(std::string_view word, std::size_t ahead) const {
  return peek(ahead).kind == Token::Kind::Name && peek(ahead).text == word;
}
bool Parser::isKey(std::size_t ahead) const {
  return peek(ahead).kind == Token::Kind::Name && isPunct("=", ahead + 1);
}
bool Parser::isName(std::size_t ahead) const {
  return peek(ahead).kind == Token::Kind::Name || peek(ahead).kind == Token::Kind::String;
}

bool Parser::takePunct(std::string_view mark) {
  if (!isPunct(mark)) return false;
  take();
  return true;
}
bool Parser::takeWord(std::string_view word) {
  if (!isWord(word)) return false;
  take();
  return true;
}

bool Parser::expectPunct(std::string_view mark) {
  if (takePunct(mark)) return true;
  fail("`" + std::string(mark) + "` is expected" +
       (atEnd() ? " at the end" : " before `" + peek().text + "`"));
  return false;
}

std::string Parser::expectName() {
  if (isName()) return take().text;
  fail(atEnd() ? "a name is expected at the end" : "a name is expected before `" + peek().text + "`");
  return {};
}

std::uint64_t Parser::expectNumber() {
  if (peek().kind == Token::Kind::Number) return take().number;
  fail("a number is expected");
  return 0;
}

bool Parser::expectBool() {
  if (takeWord("true")) return true;
  if (!takeWord("false")) fail("`true` or `false` is expected");
  return false;
}

void Parser::expectEnd() {
  if (!failed() && !atEnd()) fail("`" + peek().text + "` is not understood here");
}

void Parser::enter(TextLine& line) {
  line_ = &line;
  at_ = 0;
}

void Parser::fail(const std::string& why) {
  if (failed()) return;
  failure_ = "line " + std::to_string(line_ ? line_->number : 0) + ": " + why;
}

// ---- Lines

bool Parser::readLines(std::string_view text) {
  std::uint32_t number = 0;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    Line line = tokenise(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    ++number;
    if (!line.failure.empty()) {
      failure_ = "line " + std::to_string(number) + ": " + line.failure;
      return false;
    }
    if (line.tokens.size() == 1) continue; // only End
    TextLine kept;
    kept.number = number;
    kept.tokens = std::move(line.tokens);
    lines_.push_back(std::move(kept));
  }
  return true;
}

void Parser::classify() {
  std::size_t function_count = 0;
  std::size_t function = kNoFunction;
  for (TextLine& line : lines_) {
    enter(line);
    const std::string& first = peek().text;
    const bool word = peek().kind == Token::Kind::Name;
    const std::optional<EntityKind> kind = word ? valueFor<EntityKind>(first) : std::nullopt;
    const bool block = isName() && isPunct(":", 1) && peek(2).kind == Token::Kind::End;
    if (kind && !block && isName(1)) {
      const bool scoped =
          *kind == EntityKind::Local || *kind == EntityKind::Parameter || *kind == EntityKind::StaticLocal;
      line.role = Role::Entity;
      if (!scoped) function = kNoFunction;
    } else if (word && first == "function") {
      line.role = Role::Function;
      function = function_count++;
    } else if (word && !block &&
               (first == "unit" || first == "file" || first == "depends" || first == "lines" ||
                first == "note")) {
      line.role = Role::Unit;
      function = kNoFunction;
    } else if (function == kNoFunction) {
      return fail("`" + first + "` is not a declaration, and no function is open");
    } else if (block) {
      line.role = Role::Block;
    } else if (word && valueFor<Contract::Kind>(first)) {
      line.role = Role::Contract;
    } else if (isPunct("->") || isWord("branch")) {
      line.role = Role::Successors;
    } else if (isWord("again")) {
      line.role = Role::Again;
    } else {
      line.role = Role::Event;
    }
    line.function = function;
  }
}

void Parser::scanUnitLine() {
  const std::string word = take().text;
  if (word == "note") return; // it may name functions
  if (word == "lines") {
    const std::uint64_t lines = expectNumber();
    if (lines > ~std::uint32_t{0}) return fail("the number of lines does not fit in 32 bits");
    unit_.lines = static_cast<std::uint32_t>(lines);
    return expectEnd();
  }
  if (peek().kind != Token::Kind::String) return fail("a path in double quotes is expected");
  const std::string path = take().text;
  if (word == "unit") unit_.main_file = path;
  if (word == "file") unit_.intern(File{path, takeWord("system")});
  if (word == "depends") unit_.dependencies.push_back(path);
  expectEnd();
}

void Parser::scanEntities() {
  for (TextLine& line : lines_) {
    enter(line);
    if (line.role == Role::Unit) scanUnitLine();
    if (line.role != Role::Entity || line.function != kNoFunction) continue;
    scanEntity(line, *valueFor<EntityKind>(take().text), nullptr);
    if (failed()) return;
  }
}

void Parser::scanFunctions() {
  for (TextLine& line : lines_) {
    if (line.function == kNoFunction) continue;
    enter(line);
    if (line.role == Role::Function)
      scanFunction(line);
    else
      scanBodyLine(line);
    if (failed()) return;
    bodies_[line.function].last_line = line.number;
  }
  for (Body& body : bodies_) {
    for (std::size_t i = 0; i < body.numbers.size(); ++i) {
      if (body.numbers[i]) continue;
      failure_ = "line " + std::to_string(body.last_line) + ": the function ends without its event %" +
                 std::to_string(i);
      return;
    }
    unit_[body.id].events.resize(body.numbers.size());
  }
}

void Parser::scanEntity(TextLine& line, EntityKind kind, Body* body) {
  const std::string handle = expectName();
  Entity entity;
  entity.kind = kind;
  entity.name = unit_.intern(handle);
  if (body) {
    const Entity& function = unit_[body->entity];
    entity.parent = body->entity;
    entity.space = function.space;
    entity.usr = unit_.intern(std::string(unit_.text(function.usr)) + "@" + handle);
  } else {
    entity.usr = unit_.intern(handle);
  }
  for (; !atEnd(); take()) { // the identity must be known before the rest can be read
    if (!isKey() || !isName(2)) continue;
    if (isWord("usr")) entity.usr = unit_.intern(peek(2).text);
    if (isWord("space")) entity.space = unit_.intern(peek(2).text);
  }
  const std::size_t before = unit_.entities.size();
  line.entity = unit_.intern(entity);
  Names& names = body ? body->names : unit_names_;
  if (unit_.entities.size() == before || !names.emplace(handle, line.entity).second)
    return fail("`" + handle + "` is declared twice");
  if (body && kind == EntityKind::Parameter) {
    Function& function = unit_[body->id];
    unit_[line.entity].index = static_cast<std::uint32_t>(function.parameters.size());
    function.parameters.push_back(line.entity);
  }
}

void Parser::scanFunction(TextLine& line) {
  take();
  const Token name = peek();
  Body body;
  body.id = FunctionId(unit_.functions.size());
  const auto declared = unit_names_.find(name.text);
  bool again = false;
  for (std::size_t i = 0; peek(i).kind != Token::Kind::End; ++i)
    again |= isWord("again", i + 1);
  if (declared != unit_names_.end()) {
    line.entity = declared->second;
    if (unit_[line.entity].kind != EntityKind::Function) return fail("`" + name.text + "` is not a function");
    if (body_of_.count(line.entity) && !again) return fail("`" + name.text + "` is declared twice");
  } else {
    body.declares_entity = true;
    scanEntity(line, EntityKind::Function, nullptr);
    if (failed()) return;
  }
  body.entity = line.entity;
  Function function;
  function.entity = line.entity;
  function.is_main = name.text == "main";
  unit_.functions.push_back(std::move(function));
  records_.emplace(line.entity, body.id);
  body_of_.emplace(line.entity, bodies_.size());
  bodies_.push_back(std::move(body));
}

void Parser::scanBodyLine(TextLine& line) {
  Body& body = bodies_[line.function];
  Function& function = unit_[body.id];
  switch (line.role) {
  case Role::Entity: return scanEntity(line, *valueFor<EntityKind>(take().text), &body);
  case Role::Contract: return;
  case Role::Block: {
    const Token name = take();
    if (name.kind == Token::Kind::Name && name.text == "unplaced") {
      line.block = {};
    } else {
      line.block = BlockId(function.blocks.size());
      function.blocks.emplace_back();
      if (!body.blocks.emplace(name.text, line.block).second)
        fail("block `" + name.text + "` is declared twice");
    }
    body.open = line.block;
    body.closed = false;
    body.unplaced = !line.block;
    return;
  }
  default: break;
  }
  if (!body.unplaced && function.blocks.empty()) { // straight code needs no header
    body.open = BlockId(std::size_t{0});
    function.blocks.emplace_back();
    body.blocks.emplace("b0", body.open);
  }
  line.block = body.open;
  if (body.closed) return fail("the block has ended already; a block starts with `name:`");
  if (line.role == Role::Successors) {
    if (body.unplaced) return fail("`unplaced:` has no successors");
    body.closed = true;
  }
  if (line.role == Role::Event) scanEvent(line, body);
}

void Parser::scanEvent(TextLine& line, Body& body) {
  std::uint32_t number = body.next_number;
  while (number < body.numbers.size() && body.numbers[number])
    ++number;
  std::string label;
  if (peek().kind == Token::Kind::Label) {
    label = take().text;
    if (!expectPunct("=")) return;
    if (label.find_first_not_of("0123456789") == std::string::npos) {
      // Nobody numbers a million events by hand; a wrong digit must not cost memory.
      if (label.size() > 7) return fail("the event number %" + label + " is too large");
      number = static_cast<std::uint32_t>(std::stoul(label));
    }
  }
  if (body.numbers.size() <= number) body.numbers.resize(number + std::size_t{1});
  if (body.numbers[number]) return fail("event %" + std::to_string(number) + " is declared twice");
  body.numbers[number] = true;
  body.next_number = number + 1;
  line.event = EventId(std::size_t{number});
  if (!label.empty() && !body.labels.emplace(label, line.event).second)
    fail("label %" + label + " is declared twice");
}

// ---- Declarations

void Parser::declarations() {
  for (TextLine& line : lines_) {
    if (failed()) return;
    enter(line);
    switch (line.role) {
    case Role::Entity:
      take();
      take();
      entityLine(line);
      break;
    case Role::Function: functionLine(line); break;
    case Role::Unit:
      if (!resolve_paths_ || take().text != "note") continue;
      noteLine();
      break;
    default: continue;
    }
    expectEnd();
  }
}

void Parser::noteLine() {
  Note note;
  note.kind = expectValue<Note::Kind>();
  bool placed = false;
  if (peek().kind != Token::Kind::String) return fail("the note's text in double quotes is expected");
  note.text = take().text;
  while (!failed() && !atEnd()) {
    if (peek().kind == Token::Kind::Place) {
      note.place = placeOf(take());
      placed = true;
    } else if (takeWord("function")) {
      expectPunct("=");
      note.function = unitNameOrNone();
    } else {
      break;
    }
  }
  if (!placed) note.place = automaticPlace();
  unit_.notes.push_back(std::move(note));
}

void Parser::entityLine(TextLine& line) {
  // Filled as a copy: reading paths may look at, but never adds, entities.
  Entity entity = unit_[line.entity];
  bool placed = false;
  if (line.function == kNoFunction) {
    const auto owner = unit_names_.find(std::string(ownerOf(line.tokens[1].text)));
    const bool has_owner = owner != unit_names_.end() && unit_[owner->second].kind == EntityKind::Type &&
                           (entity.kind == EntityKind::Field || entity.kind == EntityKind::Function);
    entity.parent = has_owner ? owner->second : EntityId();
  }
  while (!failed() && !atEnd()) {
    if (peek().kind == Token::Kind::Place) {
      entity.place = placeOf(take());
      placed = true;
    } else if (isKey()) {
      const std::string key = take().text;
      take();
      if (!entityKey(entity, key)) return fail("`" + key + "` is not a key of a declaration");
    } else if (peek().kind == Token::Kind::Name && entityWord(entity, peek().text)) {
      take();
    } else {
      break;
    }
  }
  if (!placed) entity.place = automaticPlace();
  unit_[line.entity] = std::move(entity);
}

bool Parser::entityWord(Entity& entity, std::string_view word) {
  for (const auto& flag : entityFlags()) {
    if (flag.word != word) continue;
    entity.*flag.member = true;
    return true;
  }
  const std::optional<TypeClass> type_class = valueFor<TypeClass>(word);
  if (!type_class || *type_class == TypeClass::Lock) return false; // `lock` needs to say which: lock=mutex
  entity.type_class = *type_class;
  return true;
}

bool Parser::entityKey(Entity& entity, std::string_view key) {
  if (key == "lock") {
    entity.lock = expectValue<LockKind>();
    if (entity.lock != LockKind::None) entity.type_class = TypeClass::Lock;
  } else if (key == "class") {
    entity.type_class = expectValue<TypeClass>();
  } else if (key == "usr" || key == "space") {
    expectName(); // scanEntity has read it
  } else if (key == "name") {
    entity.name = unit_.intern(expectName());
  } else if (key == "spelled") {
    entity.type_name = unit_.intern(expectName());
  } else if (key == "type") {
    entity.type = unitNameOrNone();
  } else if (key == "parent") {
    entity.parent = unitNameOrNone();
  } else if (key == "bases") {
    entity.bases = unitNames();
  } else if (key == "overrides") {
    entity.overrides = unitNames();
  } else if (key == "guarded_by") {
    entity.guarded_by = path();
  } else if (key == "pt_guarded_by") {
    entity.pt_guarded_by = path();
  } else if (key == "index") {
    const std::uint64_t index = expectNumber();
    if (index > ~std::uint32_t{0}) fail("the index does not fit in 32 bits");
    entity.index = static_cast<std::uint32_t>(index);
  } else {
    return false;
  }
  return true;
}

void Parser::functionLine(TextLine& line) {
  take();
  take();
  const Body& body = bodies_[line.function];
  Entity entity = unit_[line.entity];
  Function function = std::move(unit_[body.id]);
  bool placed = false;
  bool end_placed = false;
  if (body.declares_entity) {
    const auto owner = unit_names_.find(std::string(ownerOf(line.tokens[1].text)));
    if (owner != unit_names_.end() && unit_[owner->second].kind == EntityKind::Type)
      entity.parent = owner->second;
  }
  bool this_given = false;
  while (!failed() && !atEnd()) {
    if (peek().kind == Token::Kind::Place) {
      function.place = placeOf(take());
      placed = true;
    } else if (isKey()) {
      const std::string key = take().text;
      take();
      this_given |= key == "this_type";
      end_placed |= key == "end";
      if (functionKey(function, key)) continue;
      const bool of_entity = key != "lock" && key != "class" && key != "index" && key != "bases" &&
                             key != "guarded_by" && key != "pt_guarded_by";
      if (!of_entity)
        fail("`" + key + "` of a function belongs on a `declare` line");
      else if (!body.declares_entity)
        fail("`" + key + "` belongs on the `declare` line of this function");
      else if (!entityKey(entity, key))
        fail("`" + key + "` is not a key of a function");
    } else if (takeWord("again")) {
      continue;
    } else {
      bool known = false;
      for (const auto& flag : functionFlags()) {
        if (!isWord(flag.word)) continue;
        function.*flag.member = known = true;
      }
      if (!known) break;
      take();
    }
  }
  if (!placed) function.place = automaticPlace();
  if (!end_placed) function.end = Place{function.place.file, body.last_line, 1};
  if (body.declares_entity) {
    entity.is_private = function.is_private;
    entity.in_system_header = function.in_system_header;
    entity.place = function.place;
    unit_[line.entity] = std::move(entity);
  }
  const EntityId parent = unit_[line.entity].parent;
  if (!this_given)
    function.this_type = parent && unit_[parent].kind == EntityKind::Type ? parent : EntityId();
  unit_[body.id] = std::move(function);
}

bool Parser::functionKey(Function& function, std::string_view key) {
  for (const auto& flag : functionFlags()) {
    if (flag.word != key) continue;
    function.*flag.member = expectBool();
    return true;
  }
  if (key == "this_type") {
    function.this_type = unitNameOrNone();
  } else if (key == "enclosing") {
    function.enclosing = unitNameOrNone();
  } else if (key == "hash") {
    function.body_hash = expectNumber();
  } else if (key == "end") {
    if (peek().kind != Token::Kind::Place)
      fail("a place (@line:column) is expected");
    else
      function.end = placeOf(take());
  } else if (key == "parameters") {
    function.parameters.clear();
    if (!expectPunct("(")) return true;
    while (!failed() && !isPunct(")")) {
      function.parameters.push_back(takeWord("none") ? EntityId() : variable());
      if (!takePunct(",")) break;
    }
    expectPunct(")");
  } else {
    return false;
  }
  return true;
}

// ---- Places

FileId Parser::fileNamed(const std::string& name) {
  const std::string tail = "/" + name;
  FileId found;
  for (std::size_t i = 0; i < unit_.files.size(); ++i) {
    const std::string& path = unit_.files[i].path;
    if (path == name) return FileId(i);
    if (!path.ends_with(tail)) continue;
    if (found) {
      fail("more than one file ends in " + tail);
      return {};
    }
    found = FileId(i);
  }
  if (found) return found;
  if (unit_.main_file.ends_with(tail)) return mainFile();
  return unit_.intern(File{name, false});
}

/// Made when first needed; a `file` line may have told more about it.
FileId Parser::mainFile() {
  for (std::size_t i = 0; !main_file_ && i < unit_.files.size(); ++i)
    if (unit_.files[i].path == unit_.main_file) main_file_ = FileId(i);
  if (!main_file_) main_file_ = unit_.intern(File{unit_.main_file, false});
  return main_file_;
}

Place Parser::placeOf(const Token& token) {
  Place place;
  if (token.is_none && !token.has_file) return place;
  if (token.has_file) {
    if (!token.is_none) place.file = fileNamed(token.text);
  } else {
    place = automaticPlace();
  }
  place.line = static_cast<std::uint32_t>(token.number);
  place.column = token.place_column;
  return place;
}

Place Parser::automaticPlace() {
  Place place;
  if (line_->function != kNoFunction && line_->role != Role::Function)
    place.file = unit_[bodies_[line_->function].id].place.file;
  if (!place.file) place.file = mainFile();
  place.line = line_->number;
  place.column = line_->tokens.front().column;
  return place;
}

} // namespace text
} // namespace racecourse::model
