/// A network that ibsim has simulated, and the tables that OpenSM 3.3.23 (`-o -R minhop`) has put
/// there: leaves with 4, 3, 3, 2 and 1 adapters, two of them with two cables to a spine, and one
/// without a cable to another.
enum OpenSMSample {
    /// The ports by which each switch sends to node0, node1 and so on.
    static let ports: [String: [Int32]] = [
        "leaf0": [1, 2, 3, 4, 5, 6, 7, 8, 5, 6, 7, 5, 8],
        "leaf1": [4, 5, 6, 4, 1, 2, 3, 5, 6, 4, 5, 4, 6],
        "leaf2": [4, 5, 6, 7, 4, 5, 6, 1, 2, 3, 4, 5, 7],
        "leaf3": [3, 4, 3, 4, 3, 4, 3, 4, 3, 4, 1, 2, 3],
        "leaf4": [2, 3, 4, 2, 3, 4, 2, 3, 4, 2, 3, 2, 1],
        "spine0": [1, 2, 1, 2, 3, 3, 3, 4, 4, 4, 5, 5, 6],
        "spine1": [1, 1, 1, 1, 2, 2, 2, 3, 4, 3, 5, 5, 6],
        "spine2": [1, 1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4],
    ]

    /// What `ibnetdiscover` says of its switches.
    static let network = """
        Switch\t12 "S-00000000000005ec"\t\t# "leaf4" base port 0 lid 21 lmc 0
        [1]\t"H-0000000000100018"[1](100019) \t\t# "node12" lid 14 4xSDR
        [2]\t"S-0000000000000ea8"[6]\t\t# "spine0" lid 17 4xSDR
        [3]\t"S-00000000000009aa"[6]\t\t# "spine1" lid 18 4xSDR
        [4]\t"S-0000000000000796"[4]\t\t# "spine2" lid 16 4xSDR

        Switch\t12 "S-0000000000000217"\t\t# "leaf3" base port 0 lid 13 lmc 0
        [1]\t"H-0000000000100014"[1](100015) \t\t# "node10" lid 11 4xSDR
        [2]\t"H-0000000000100016"[1](100017) \t\t# "node11" lid 12 4xSDR
        [3]\t"S-0000000000000ea8"[5]\t\t# "spine0" lid 17 4xSDR
        [4]\t"S-00000000000009aa"[5]\t\t# "spine1" lid 18 4xSDR

        Switch\t12 "S-00000000000008b6"\t\t# "leaf2" base port 0 lid 19 lmc 0
        [1]\t"H-000000000010000e"[1](10000f) \t\t# "node7" lid 8 4xSDR
        [2]\t"H-0000000000100010"[1](100011) \t\t# "node8" lid 9 4xSDR
        [3]\t"H-0000000000100012"[1](100013) \t\t# "node9" lid 10 4xSDR
        [4]\t"S-0000000000000ea8"[4]\t\t# "spine0" lid 17 4xSDR
        [5]\t"S-00000000000009aa"[3]\t\t# "spine1" lid 18 4xSDR
        [6]\t"S-00000000000009aa"[4]\t\t# "spine1" lid 18 4xSDR
        [7]\t"S-0000000000000796"[3]\t\t# "spine2" lid 16 4xSDR

        Switch\t12 "S-000000000000097c"\t\t# "leaf1" base port 0 lid 15 lmc 0
        [1]\t"H-0000000000100008"[1](100009) \t\t# "node4" lid 5 4xSDR
        [2]\t"H-000000000010000a"[1](10000b) \t\t# "node5" lid 6 4xSDR
        [3]\t"H-000000000010000c"[1](10000d) \t\t# "node6" lid 7 4xSDR
        [4]\t"S-0000000000000ea8"[3]\t\t# "spine0" lid 17 4xSDR
        [5]\t"S-00000000000009aa"[2]\t\t# "spine1" lid 18 4xSDR
        [6]\t"S-0000000000000796"[2]\t\t# "spine2" lid 16 4xSDR

        Switch\t12 "S-0000000000000796"\t\t# "spine2" base port 0 lid 16 lmc 0
        [1]\t"S-00000000000003cf"[8]\t\t# "leaf0" lid 20 4xSDR
        [2]\t"S-000000000000097c"[6]\t\t# "leaf1" lid 15 4xSDR
        [3]\t"S-00000000000008b6"[7]\t\t# "leaf2" lid 19 4xSDR
        [4]\t"S-00000000000005ec"[4]\t\t# "leaf4" lid 21 4xSDR

        Switch\t12 "S-00000000000009aa"\t\t# "spine1" base port 0 lid 18 lmc 0
        [1]\t"S-00000000000003cf"[7]\t\t# "leaf0" lid 20 4xSDR
        [2]\t"S-000000000000097c"[5]\t\t# "leaf1" lid 15 4xSDR
        [3]\t"S-00000000000008b6"[5]\t\t# "leaf2" lid 19 4xSDR
        [4]\t"S-00000000000008b6"[6]\t\t# "leaf2" lid 19 4xSDR
        [5]\t"S-0000000000000217"[4]\t\t# "leaf3" lid 13 4xSDR
        [6]\t"S-00000000000005ec"[3]\t\t# "leaf4" lid 21 4xSDR

        Switch\t12 "S-0000000000000ea8"\t\t# "spine0" base port 0 lid 17 lmc 0
        [1]\t"S-00000000000003cf"[5]\t\t# "leaf0" lid 20 4xSDR
        [2]\t"S-00000000000003cf"[6]\t\t# "leaf0" lid 20 4xSDR
        [3]\t"S-000000000000097c"[4]\t\t# "leaf1" lid 15 4xSDR
        [4]\t"S-00000000000008b6"[4]\t\t# "leaf2" lid 19 4xSDR
        [5]\t"S-0000000000000217"[3]\t\t# "leaf3" lid 13 4xSDR
        [6]\t"S-00000000000005ec"[2]\t\t# "leaf4" lid 21 4xSDR

        Switch\t12 "S-00000000000003cf"\t\t# "leaf0" base port 0 lid 20 lmc 0
        [1]\t"H-0000000000100000"[1](100001) \t\t# "node0" lid 1 4xSDR
        [2]\t"H-0000000000100002"[1](100003) \t\t# "node1" lid 2 4xSDR
        [3]\t"H-0000000000100004"[1](100005) \t\t# "node2" lid 3 4xSDR
        [4]\t"H-0000000000100006"[1](100007) \t\t# "node3" lid 4 4xSDR
        [5]\t"S-0000000000000ea8"[1]\t\t# "spine0" lid 17 4xSDR
        [6]\t"S-0000000000000ea8"[2]\t\t# "spine0" lid 17 4xSDR
        [7]\t"S-00000000000009aa"[1]\t\t# "spine1" lid 18 4xSDR
        [8]\t"S-0000000000000796"[1]\t\t# "spine2" lid 16 4xSDR

        """
}
