// Two classes of a library that refer to each other.
#pragma once

namespace library {

struct Room;
struct Door {
  Room& room;
  int opened = 0;
};
struct Room {
  Door& door;
  int visitors = 0;
};

} // namespace library
