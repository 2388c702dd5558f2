// The runtime writes "(module+0x12)" in reports, counted from where the module was loaded, and plain addresses beside a
// list of mappings in files. Both become addresses as the module's own file counts them, by its program headers.
#include "checker/tool/symbolize_verb.h"

#include "checker/tool/output.h"

#include <CLI/CLI.hpp>
#include <llvm/ADT/SmallString.h>
#include <llvm/DebugInfo/Symbolize/Symbolize.h>
#include <llvm/Object/BuildID.h>
#include <llvm/Object/ELFObjectFile.h>
#include <llvm/Support/JSON.h>
#include <llvm/Support/MemoryBuffer.h>
#include <llvm/Support/Path.h>

#include <algorithm>
#include <iostream>
#include <map>
#include <optional>
#include <string>
#include <unistd.h>
#include <vector>

namespace racecourse::tool {
namespace {

using Address = std::uint64_t;

struct Module {
  struct Piece {
    Address file_offset, size, address;
  };
  std::vector<Piece> pieces; ///< what is loaded, in the order of addresses
  std::string build_id;      ///< in hexadecimal
};

struct Mapping {
  Address begin, end, offset;
  std::string path;
  bool usable; ///< the file is the one that was loaded
};

class Symbolizer {
public:
  /// Null when the file is gone or is no 64-bit ELF file.
  const Module* module(const std::string& path) {
    const auto [place, is_new] = modules_.try_emplace(path);
    if (is_new) place->second = read(path);
    return place->second ? &*place->second : nullptr;
  }

  /// "function file:line:column", callers after the inlined ones; empty when the file knows nothing of the place.
  std::vector<std::string> places(const std::string& path, Address address) {
    std::vector<std::string> lines;
    auto frames =
        symbolizer_.symbolizeInlinedCode(path, {address, llvm::object::SectionedAddress::UndefSection});
    if (!frames) {
      llvm::consumeError(frames.takeError());
      return lines;
    }
    const std::uint32_t count = frames->getNumberOfFrames();
    for (std::uint32_t i = 0; i < count; ++i) {
      const llvm::DILineInfo& info = frames->getFrame(i);
      if (info.FunctionName == llvm::DILineInfo::BadString) continue;
      // What was inlined from libraries says nothing to the reader: a guard's constructor, the ways of std::invoke.
      if (isLibrary(info.FileName) && !(lines.empty() && i + 1 == count)) continue;
      std::string line = info.FunctionName;
      if (info.FileName != llvm::DILineInfo::BadString) {
        llvm::SmallString<256> file(info.FileName);
        llvm::sys::path::remove_dots(file, true);
        line += " " + file.str().str() + ":" + std::to_string(info.Line);
        if (info.Column != 0) line += ":" + std::to_string(info.Column);
      }
      lines.push_back(std::move(line));
    }
    return lines;
  }

private:
  static bool isLibrary(const std::string& file) {
    return file.find("/include/c++/") != std::string::npos ||
           file.find("/include/racecourse/") != std::string::npos;
  }
  static llvm::symbolize::LLVMSymbolizer::Options options() {
    llvm::symbolize::LLVMSymbolizer::Options options;
    options.PrintFunctions = llvm::DINameKind::ShortName; // whole signatures bury the line
    return options;
  }
  static std::optional<Module> read(const std::string& path) {
    auto file = llvm::object::ObjectFile::createObjectFile(path);
    if (!file) {
      llvm::consumeError(file.takeError());
      return std::nullopt;
    }
    const auto* elf = llvm::dyn_cast<llvm::object::ELF64LEObjectFile>(file->getBinary());
    if (!elf) return std::nullopt;
    auto headers = elf->getELFFile().program_headers();
    if (!headers) {
      llvm::consumeError(headers.takeError());
      return std::nullopt;
    }
    Module module;
    for (const auto& header : *headers)
      if (header.p_type == llvm::ELF::PT_LOAD)
        module.pieces.push_back({header.p_offset, header.p_filesz, header.p_vaddr});
    if (module.pieces.empty()) return std::nullopt;
    module.build_id = llvm::toHex(llvm::object::getBuildID(elf), true);
    return module;
  }

  llvm::symbolize::LLVMSymbolizer symbolizer_{options()};
  std::map<std::string, std::optional<Module>> modules_;
};

/// "    #2 name+0x1 (/path+0x2a)" → the same with function and line; other lines as they are.
std::string symbolizeLine(Symbolizer& symbolizer, const std::string& line) {
  const std::size_t hash = line.find_first_not_of(' ');
  if (hash == std::string::npos || line[hash] != '#' || line.back() != ')') return line;
  const std::size_t open = line.rfind(" (/"), plus = line.rfind("+0x");
  const std::size_t number_end = line.find(' ', hash);
  if (open == std::string::npos || plus == std::string::npos || plus < open || number_end > open) return line;
  const std::string path = line.substr(open + 2, plus - open - 2);
  const Address offset = std::strtoull(line.c_str() + plus + 1, nullptr, 16);
  const Module* module = symbolizer.module(path);
  if (!module) return line;
  constexpr Address page = 4096;
  const Address first = module->pieces.front().address / page * page;
  const std::vector<std::string> places = symbolizer.places(path, first + offset);
  if (places.empty()) return line;
  std::string text = line.substr(0, number_end + 1) + places.front() + line.substr(open);
  for (std::size_t i = 1; i < places.size(); ++i)
    text += "\n" + std::string(number_end + 1, ' ') + "inlined into " + places[i];
  return text;
}

std::string symbolizeText(std::string_view text) {
  Symbolizer symbolizer;
  std::string result;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    result += symbolizeLine(symbolizer, std::string(text.substr(0, end)));
    if (end < text.size()) result += '\n';
    text.remove_prefix(std::min(text.size(), end + 1));
  }
  return result;
}

Address number(const llvm::json::Object& object, llvm::StringRef key) {
  Address value = 0;
  if (const auto text = object.getString(key)) text->getAsInteger(0, value);
  return value;
}

std::vector<Mapping> mappingsOf(Symbolizer& symbolizer, const llvm::json::Object& graph) {
  std::vector<Mapping> mappings;
  const llvm::json::Array* modules = graph.getArray("modules");
  for (std::size_t i = 0; modules && i < modules->size(); ++i) {
    const llvm::json::Object* entry = (*modules)[i].getAsObject();
    if (!entry) continue;
    const std::string path = entry->getString("path").value_or("").str();
    const Module* module = symbolizer.module(path);
    const auto id = entry->getString("build_id");
    const bool same = module && (!id || id->str() == module->build_id);
    if (module && !same)
      std::cerr << "racecourse: " << path << " has been rebuilt since: its addresses stay numbers.\n";
    mappings.push_back(
        {number(*entry, "begin"), number(*entry, "end"), number(*entry, "offset"), path, same});
  }
  return mappings;
}

/// Adds "places" beside the "frames" of every stack: one list of lines a frame.
void symbolizeGraph(llvm::json::Object& graph) {
  Symbolizer symbolizer;
  const std::vector<Mapping> mappings = mappingsOf(symbolizer, graph);
  llvm::json::Array* stacks = graph.getArray("stacks");
  for (std::size_t i = 0; stacks && i < stacks->size(); ++i) {
    llvm::json::Object* stack = (*stacks)[i].getAsObject();
    llvm::json::Array* frames = stack ? stack->getArray("frames") : nullptr;
    if (!frames) continue;
    llvm::json::Array places;
    for (const llvm::json::Value& frame : *frames) {
      Address address = 0;
      if (const auto text = frame.getAsString()) text->getAsInteger(0, address);
      --address; // a return address: the call stands before it
      llvm::json::Array lines;
      for (const Mapping& mapping : mappings) {
        if (!mapping.usable || address < mapping.begin || address >= mapping.end) continue;
        const Address offset = address - mapping.begin + mapping.offset;
        for (const Module::Piece& piece : symbolizer.module(mapping.path)->pieces)
          if (offset >= piece.file_offset && offset < piece.file_offset + piece.size)
            for (std::string& line :
                 symbolizer.places(mapping.path, offset - piece.file_offset + piece.address))
              lines.push_back(llvm::json::fixUTF8(line));
      }
      places.push_back(std::move(lines));
    }
    (*stack)["places"] = std::move(places);
  }
}

} // namespace

FinishVerb declareSymbolize(CLI::App& app, std::string& file) {
  file = "-";
  CLI::App& verb =
      *app.add_subcommand("symbolize", "name the code addresses in what a recorded run has written");
  verb.add_option("FILE", file, "a report or a racecourse-graph/1 file (default: standard input)");
  return [](AfterDashes) { return std::string(); };
}

std::string symbolizedGraph(const std::string& text) {
  auto value = llvm::json::parse(text);
  if (!value) {
    llvm::consumeError(value.takeError());
    return text;
  }
  llvm::json::Object* graph = value->getAsObject();
  if (graph == nullptr || graph->getString("origin") != "runtime") return text;
  const llvm::json::Array* stacks = graph->getArray("stacks");
  const auto named = [](const llvm::json::Value& stack) {
    return stack.getAsObject() != nullptr && stack.getAsObject()->get("places") != nullptr;
  };
  if (stacks == nullptr || std::any_of(stacks->begin(), stacks->end(), named)) return text;
  symbolizeGraph(*graph);
  std::string result;
  llvm::raw_string_ostream(result) << *value;
  return result;
}

Refusal symbolize(const std::string& file) {
  auto input = llvm::MemoryBuffer::getFileOrSTDIN(file);
  if (!input) return {kExitUsage, "'" + file + "' cannot be read: " + input.getError().message() + "."};
  const llvm::StringRef text = (*input)->getBuffer();
  std::string result;
  if (text.ltrim().starts_with("{")) {
    auto value = llvm::json::parse(text);
    llvm::json::Object* graph = value ? value->getAsObject() : nullptr;
    if (!value) llvm::consumeError(value.takeError());
    if (!graph || graph->getString("schema") != "racecourse-graph/1")
      return {kExitUsage, "'" + file + "' is no racecourse-graph/1 file."};
    symbolizeGraph(*graph);
    llvm::raw_string_ostream(result) << llvm::formatv("{0:2}", *value) << "\n";
  } else {
    result = symbolizeText(std::string_view(text.data(), text.size()));
  }
  const std::string problem = writeAll(STDOUT_FILENO, result, "standard output");
  return {problem.empty() ? kExitClean : kExitInternal, problem};
}

} // namespace racecourse::tool
