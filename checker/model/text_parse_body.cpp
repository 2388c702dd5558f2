// What functions do: contracts, blocks and events of the text form. An event line has a main form, which
// depends on its verb, and then attributes, which any event may carry; so every member of Event can be said.
#include "checker/model/text_parser.h"

namespace racecourse::model::text {

void Parser::bodies() {
  for (TextLine& line : lines_) {
    if (failed()) return;
    enter(line);
    switch (line.role) {
    case Role::Contract: contractLine(); break;
    case Role::Successors: successorsLine(line); break;
    case Role::Event: eventLine(line); break;
    case Role::Again: {
      take();
      const EventId event = label(*body());
      if (!failed() && line.block) unit_[body()->id].blocks[line.block.value].events.push_back(event);
      break;
    }
    default: continue;
    }
    expectEnd();
  }
}

void Parser::contractLine() {
  Contract contract;
  contract.kind = *valueFor<Contract::Kind>(take().text);
  if (takePunct("?"))
    contract.lock = {};
  else
    contract.lock = path();
  while (!failed() && !atEnd()) {
    if (takeWord("shared")) {
      contract.mode = Mode::Shared;
    } else if (takeWord("success")) {
      expectPunct("=");
      contract.success_value = expectBool();
    } else {
      break;
    }
  }
  unit_[body()->id].contracts.push_back(contract);
}

// ---- Blocks

void Parser::successorsLine(TextLine& line) {
  Block& block = unit_[body()->id].blocks[line.block.value];
  if (takePunct("->")) return successors(block, false);
  take(); // branch
  Condition read;
  condition(read);
  block.condition = std::move(read);
  if (takeWord("to"))
    successors(block, false);
  else if (expectPunct("?"))
    successors(block, true);
}

void Parser::condition(Condition& condition) {
  while (!failed() && !isPunct("?") && !isWord("to")) {
    if (takeWord("not")) {
      condition.negated = true;
    } else if (takeWord("identity")) {
      condition.compares_identity = true;
    } else if (takeWord("locked")) {
      condition.kind = ConditionKind::Locked;
      if (peek().kind == Token::Kind::Label) condition.event = label(*body());
    } else if (takeWord("child")) {
      condition.kind = ConditionKind::Child;
      if (peek().kind == Token::Kind::Label) condition.event = label(*body());
    } else if (takeWord("owns")) {
      condition.kind = ConditionKind::Owns;
      if (startsPath() && !isWord("to")) condition.path = path();
    } else if (takeWord("flag")) {
      condition.kind = ConditionKind::Flag;
      if (peek().kind == Token::Kind::Number) condition.key = expectNumber();
    } else if (isKey()) {
      const std::string key = take().text;
      take();
      if (key == "reads")
        condition.reads = labels();
      else if (key == "event")
        condition.event = label(*body());
      else if (key == "path")
        condition.path = path();
      else if (key == "key")
        condition.key = expectNumber();
      else
        fail("`" + key + "` is not a key of a branch");
    } else {
      fail(atEnd() ? "a branch ends with `? block : block`"
                   : "`" + peek().text + "` is not understood in a branch");
    }
  }
}

void Parser::successors(Block& block, bool ask_form) {
  if (atEnd()) return;
  do {
    block.successors.push_back(blockNamed());
  } while (!failed() &&
           (ask_form && block.successors.size() == 1 ? expectPunct(":") : !ask_form && takePunct(",")));
}

BlockId Parser::blockNamed() {
  const std::string name = expectName();
  if (failed()) return {};
  const auto at = body()->blocks.find(name);
  if (at != body()->blocks.end()) return at->second;
  fail("no block is named `" + name + "`");
  return {};
}

// ---- Events

void Parser::eventLine(TextLine& line) {
  if (peek().kind == Token::Kind::Label) {
    take();
    take(); // `=`, scanEvent has seen it
  }
  class_given_ = op_given_ = flags_given_ = false;
  Event event;
  const std::string verb = expectName();
  if (failed()) return;
  if (!mainForm(event, verb, line.event)) return fail("`" + verb + "` is not an event");
  bool placed = false;
  while (!failed() && !atEnd()) {
    if (peek().kind == Token::Kind::Place) {
      event.place = placeOf(take());
      placed = true;
    } else {
      attribute(event);
    }
  }
  if (failed()) return;
  if (!placed) event.place = automaticPlace();
  if (event.kind == EventKind::Access) {
    if (!class_given_) event.type_class = classOfObject(unit_, event.path);
    if (!op_given_) event.atomic = usualOp(event.type_class, event.access);
  }
  if (event.kind == EventKind::Spawn && event.in_loop && !flags_given_) event.flags |= kSpawnInLoop;
  Function& function = unit_[body()->id];
  function.events[line.event.value] = std::move(event);
  if (line.block) function.blocks[line.block.value].events.push_back(line.event);
}

bool Parser::mainForm(Event& event, const std::string& verb, EventId self) {
  const auto optionalPath = [&](PathId& target) {
    if (!takePunct("?")) target = path(); // `?`: an event that lacks what its kind should have
  };
  if (const auto access = valueFor<AccessKind>(verb)) {
    event.access = *access;
    optionalPath(event.path);
  } else if (verb == "acquire" || verb == "try_acquire" || verb == "timed_acquire") {
    event.kind = EventKind::Acquire;
    if (verb == "try_acquire") event.flavour = Flavour::Try;
    if (verb == "timed_acquire") event.flavour = Flavour::Timed;
    event.locks = paths();
  } else if (verb == "release" || verb == "assert_held") {
    event.kind = verb == "release" ? EventKind::Release : EventKind::AssertHeld;
    event.locks = paths();
  } else if (verb == "guard") {
    guardForm(event);
  } else if (verb == "guard_acquire" || verb == "guard_release" || verb == "guard_disown" ||
             verb == "guard_destroy") {
    event.kind = verb == "guard_acquire"   ? EventKind::GuardAcquire
                 : verb == "guard_release" ? EventKind::GuardRelease
                 : verb == "guard_disown"  ? EventKind::GuardDisown
                                           : EventKind::GuardDestroy;
    optionalPath(event.path);
  } else if (verb == "guard_move") {
    event.kind = EventKind::GuardMove;
    optionalPath(event.path);
    if (expectPunct("=")) optionalPath(event.value);
  } else if (verb == "call" || verb == "spawn") {
    event.kind = verb == "call" ? EventKind::Call : EventKind::Spawn;
    if (!takePunct("?")) event.callee = unitName();
  } else if (verb == "join" || verb == "detach" || verb == "notify" || verb == "wait") {
    event.kind = verb == "join"     ? EventKind::Join
                 : verb == "detach" ? EventKind::Detach
                 : verb == "notify" ? EventKind::Notify
                                    : EventKind::Wait;
    optionalPath(event.path);
    if (verb == "wait" && takeWord("with")) event.locks = paths();
  } else if (verb == "handle_move" || verb == "end") {
    event.kind = verb == "end" ? EventKind::End : EventKind::HandleMove;
    optionalPath(event.path);
  } else if (verb == "fresh") {
    event.kind = EventKind::Fresh;
    if (startsPath()) {
      event.path = path();
    } else if (!takePunct("?")) {
      Path made;
      made.root = RootKind::Alloc;
      made.entity = body()->entity;
      made.site = self;
      event.path = unit_.intern(made);
    }
  } else if (verb == "escape") {
    event.kind = EventKind::Escape;
    optionalPath(event.path);
    if (peek().kind == Token::Kind::Name && valueFor<EscapeHow>(peek().text))
      event.escape = expectValue<EscapeHow>();
  } else if (verb == "return") {
    event.kind = EventKind::Return;
    if (peek().kind == Token::Kind::Name && !isKey() && valueFor<ValueKind>(peek().text)) {
      event.value_kind = expectValue<ValueKind>();
      if (startsPath()) event.value = path();
    }
  } else if (verb == "throw") {
    event.kind = EventKind::Throw;
  } else if (verb == "set_flag") {
    event.kind = EventKind::SetFlag;
    optionalPath(event.path);
    if (expectPunct("=")) {
      const std::string value = expectName();
      if (value == "true" || value == "false")
        event.flags = static_cast<std::uint16_t>(kFlagKnown | (value == "true" ? kFlagTrue : 0));
      else if (!failed() && value != "unknown")
        fail("a flag is set to true, false or unknown, not to `" + value + "`");
    }
  } else if (verb == "probe") {
    event.kind = EventKind::Probe;
    if (!takePunct("?")) event.label = unit_.intern(expectName());
  } else {
    return false;
  }
  return true;
}

void Parser::guardForm(Event& event) {
  event.kind = EventKind::GuardCreate;
  if (!takePunct("?")) event.path = path();
  expectPunct("=");
  const std::string how = expectName();
  if (how == "try_acquire")
    event.flavour = Flavour::Try;
  else if (how == "timed_acquire")
    event.flavour = Flavour::Timed;
  else if (const auto known = valueFor<GuardHow>(how))
    event.guard_how = *known;
  else
    fail("a guard is made by acquire, try_acquire, timed_acquire, adopt or defer, not by `" + how + "`");
  if (!failed()) event.locks = paths();
}

void Parser::attribute(Event& event) {
  if (isKey()) {
    const std::string key = take().text;
    take();
    if (!attributeKey(event, key)) fail("`" + key + "` is not a key of an event");
    return;
  }
  if (peek().kind != Token::Kind::Name) return fail("`" + peek().text + "` is not understood here");
  const std::string word = take().text;
  if (const auto mode = valueFor<Mode>(word)) {
    event.mode = *mode;
    return;
  }
  for (const auto& flag : eventFlags()) {
    if (flag.word != word) continue;
    event.*flag.member = true;
    return;
  }
  // `blocking` is a call's flag, and the flavour that needs no word.
  if (word == "try" || word == "timed") {
    event.flavour = word == "try" ? Flavour::Try : Flavour::Timed;
    return;
  }
  for (const Bit& bit : bitsOf(event.kind)) {
    if (bit.word != word) continue;
    event.flags |= bit.bit;
    return;
  }
  fail("`" + word + "` is not understood here");
}

bool Parser::attributeKey(Event& event, const std::string& key) {
  if (key == "path" || key == "handle") {
    event.path = path();
  } else if (key == "value") {
    event.value = path();
  } else if (key == "receiver") {
    event.receiver = path();
  } else if (key == "locks") {
    event.locks = paths();
  } else if (key == "args") {
    event.arguments = arguments();
  } else if (key == "inputs") {
    event.inputs = labels();
  } else if (key == "label") {
    event.label = unit_.intern(expectName());
  } else if (key == "callee") {
    event.callee = unitNameOrNone();
  } else if (key == "class") {
    event.type_class = expectValue<TypeClass>();
    class_given_ = true;
  } else if (key == "op") {
    event.atomic = expectValue<AtomicOp>();
    op_given_ = true;
  } else if (key == "access") {
    event.access = expectValue<AccessKind>();
  } else if (key == "flavour") {
    event.flavour = expectValue<Flavour>();
  } else if (key == "how") {
    event.guard_how = expectValue<GuardHow>();
  } else if (key == "escape") {
    event.escape = expectValue<EscapeHow>();
  } else if (key == "value_kind") {
    event.value_kind = expectValue<ValueKind>();
  } else if (key == "flags") {
    const std::uint64_t flags = expectNumber();
    if (flags > 0xffff) fail("flags do not fit in 16 bits");
    event.flags = static_cast<std::uint16_t>(flags);
    flags_given_ = true;
  } else if (key == "rounds") {
    if (takeWord("items")) {
      event.rounds = kRoundsPerItem;
    } else {
      const std::uint64_t rounds = expectNumber();
      if (rounds > kRoundsPerItem) fail("that many rounds are `items`");
      event.rounds = static_cast<std::uint32_t>(rounds);
    }
  } else {
    return false;
  }
  return true;
}

std::vector<Argument> Parser::arguments() {
  std::vector<Argument> arguments;
  if (!expectPunct("(")) return arguments;
  while (!failed() && !isPunct(")")) {
    arguments.push_back(argument());
    if (!takePunct(",")) break;
  }
  expectPunct(")");
  return arguments;
}

Argument Parser::argument() {
  Argument argument;
  argument.kind = expectValue<ValueKind>();
  const bool callable = argument.kind == ValueKind::Callable;
  if (callable && !takePunct("?")) argument.callable = unitName();
  // `at` keeps the function's name and a path that starts with `/` apart.
  if (!failed() && (callable ? takeWord("at") : startsPath())) argument.path = path();
  if (isWord("calls")) {
    take();
    expectPunct("=");
    argument.callable = unitNameOrNone();
  }
  return argument;
}

} // namespace racecourse::model::text
