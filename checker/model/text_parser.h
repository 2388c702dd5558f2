// The reader of the text form, private to text_parse*.cpp. Three passes over the tokens, because a name may
// be used before its line: scan() gives every line its role and makes entities, functions, blocks and labels;
// two passes of declarations fill them in, the second resolving paths, which need to know every entity's
// type; then come the bodies. The first failure wins and ends the work. One object reads one text, on one
// thread.
#pragma once

#include "checker/model/text.h"
#include "checker/model/text_lex.h"
#include "checker/model/text_words.h"

#include <unordered_map>

namespace racecourse::model::text {

using Names = std::unordered_map<std::string, EntityId>;

class Parser {
public:
  Parsed run(std::string_view text, std::string_view main_file);

private:
  enum class Role : std::uint8_t { Unit, Entity, Function, Contract, Block, Successors, Event, Again };

  struct TextLine {
    std::uint32_t number = 0;
    std::vector<Token> tokens;
    Role role = Role::Unit;
    std::size_t function = kNoFunction; ///< index into bodies_
    EntityId entity;
    BlockId block; ///< none: the line stands below `unplaced:`
    EventId event;
  };

  /// What the text has said about one `function` line's record.
  struct Body {
    FunctionId id;
    EntityId entity;
    bool declares_entity = false; ///< no `declare` line did
    Names names;
    std::unordered_map<std::string, EventId> labels;
    std::unordered_map<std::string, BlockId> blocks;
    std::vector<bool> numbers; ///< which event numbers are taken
    std::uint32_t next_number = 0;
    std::uint32_t last_line = 0;
    BlockId open;          ///< while scanning: the block that lines go to
    bool closed = false;   ///< it has its successors
    bool unplaced = false; ///< below `unplaced:`
  };
  static constexpr std::size_t kNoFunction = ~std::size_t{0};

  // text_parse.cpp: lines and declarations
  bool readLines(std::string_view text);
  void classify();
  void scanUnitLine();
  void scanEntities();
  void scanFunctions();
  void collectFields();
  void scanEntity(TextLine& line, EntityKind kind, Body* body);
  void scanFunction(TextLine& line);
  void scanBodyLine(TextLine& line);
  void scanEvent(TextLine& line, Body& body);
  void declarations();
  void entityLine(TextLine& line);
  bool entityWord(Entity& entity, std::string_view word);
  bool entityKey(Entity& entity, std::string_view key);
  void functionLine(TextLine& line);
  bool functionKey(Function& function, std::string_view key);
  void noteLine();
  FileId fileNamed(const std::string& name);
  FileId mainFile();
  Place placeOf(const Token& token);
  Place automaticPlace();

  // text_parse_names.cpp: names and paths
  EntityId unitName();
  EntityId unitNameOrNone();
  std::vector<EntityId> unitNames();
  EntityId variable();
  EntityId lookUp(const std::string& name);
  EntityId lookUpIn(EntityId function, const std::string& name);
  PathId path();
  void root(Path& path, EntityId& type);
  void site(Path& path);
  void field(Path& path, EntityId& type);
  EntityId fieldNamed(const std::string& name, EntityId type);
  EntityId fieldOfClass(const std::string& name, EntityId type, int depth);
  EntityId typeOfThis(EntityId method) const;
  bool startsPath() const;
  std::vector<PathId> paths();
  EventId label(const Body& body, bool any_number = false);
  std::vector<EventId> labels();

  // text_parse_body.cpp: what functions do
  void bodies();
  void contractLine();
  void successorsLine(TextLine& line);
  void condition(Condition& condition);
  void successors(Block& block, bool ask_form);
  BlockId blockNamed();
  void eventLine(TextLine& line);
  bool mainForm(Event& event, const std::string& verb, EventId self);
  void guardForm(Event& event);
  void attribute(Event& event);
  bool attributeKey(Event& event, const std::string& key);
  Argument argument();
  std::vector<Argument> arguments();

  // the current line's tokens
  const Token& peek(std::size_t ahead = 0) const;
  Token take();
  bool isPunct(std::string_view mark, std::size_t ahead = 0) const;
  bool isWord(std::string_view word, std::size_t ahead = 0) const;
  bool isKey(std::size_t ahead = 0) const;  ///< a word followed by '='
  bool isName(std::size_t ahead = 0) const; ///< a name, bare or quoted
  bool takePunct(std::string_view mark);
  bool takeWord(std::string_view word);
  bool expectPunct(std::string_view mark);
  std::string expectName();
  std::uint64_t expectNumber();
  bool expectBool();
  template <typename E> E expectValue();
  bool atEnd() const { return peek().kind == Token::Kind::End; }
  void expectEnd();
  void enter(TextLine& line);
  Body* body() { return line_ && line_->function != kNoFunction ? &bodies_[line_->function] : nullptr; }
  void fail(const std::string& why);
  bool failed() const { return !failure_.empty(); }

  Unit unit_;
  FileId main_file_;
  std::vector<TextLine> lines_;
  std::vector<Body> bodies_;
  Names unit_names_;
  std::unordered_map<EntityId, std::size_t> body_of_; ///< the first of each entity
  std::unordered_map<EntityId, FunctionId> records_;
  using Fields = std::vector<std::pair<EntityId, std::string_view>>; ///< with the keys of unit_names_
  std::unordered_map<std::string, Fields> fields_;                   ///< by short name
  std::unordered_map<EntityId, Fields> fields_of_;                   ///< by class
  bool resolve_paths_ = false;
  bool class_given_ = false; ///< of the event being read
  bool op_given_ = false;
  bool flags_given_ = false;

  TextLine* line_ = nullptr;
  std::size_t at_ = 0;
  std::string failure_;
};

template <typename E> E Parser::expectValue() {
  const Token token = take();
  const std::optional<E> value =
      token.kind == Token::Kind::Name ? valueFor<E>(token.text) : std::optional<E>();
  if (value) return *value;
  std::string known;
  for (const std::string_view word : wordsOf<E>())
    known += (known.empty() ? "" : ", ") + std::string(word);
  fail("`" + token.text + "` is none of " + known);
  return E{};
}

} // namespace racecourse::model::text
