# Both forms of the library, made of every room's objects.
get_property(rooms GLOBAL PROPERTY TRIREME_ROOMS)
