module

public import PCM.Interval

/-!
# Lanes: many rows in one number

A column of a table (one feature, for some hundred crystals) is stored as a single natural number with one *lane* of
`bits + 1` bits per row: `bits` bits for the value and one *guard bit*, which is clear. `cell` reads a lane and is all
that statements use.

The other definitions are the checkers' arithmetic. Adding `2^bits - lower` to every lane at once sets the guard bit of
exactly those lanes whose value is at least `lower`; subtracting from `2^bits + upper` does the same for `upper`. So a
handful of operations on big numbers, which Lean's kernel does natively, tests all rows against an interval.
`PCM.LanesSound` proves that they do what is said here.
-/

@[expose] public noncomputable section

namespace PCM

/-- The value in lane `i` of a packed column. -/
def cell (bits column i : Nat) : Nat := column >>> ((bits + 1) * i) % 2 ^ (bits + 1)

namespace Lanes

/-- A one in every lane. -/
def repunit (bits rows : Nat) : Nat :=
  Nat.div (Nat.sub (Nat.pow 2 (Nat.mul (Nat.succ bits) rows)) 1) (Nat.sub (Nat.pow 2 (Nat.succ bits)) 1)

/-- A packed column and the interval its values are tested against. -/
structure Condition where
  /-- Packed column. -/
  column : Nat
  /-- Values that pass. -/
  interval : Interval

/-- The value in lane `i` passes. -/
def Condition.Holds (bits : Nat) (c : Condition) (i : Nat) : Prop := c.interval.Contains (cell bits c.column i)

/-- A number whose guard bit in lane `i` is set exactly if the value in that lane passes. -/
def Condition.marks (bits ones : Nat) (c : Condition) : Nat :=
  Nat.land (Nat.add c.column (Nat.mul (Nat.sub (Nat.pow 2 bits) c.interval.lower) ones))
    (Nat.sub (Nat.mul (Nat.add (Nat.pow 2 bits) c.interval.upper) ones) c.column)

/-- All guard bits set. -/
def everyRow (bits ones : Nat) : Nat := Nat.mul (Nat.pow 2 bits) ones

/-- Keeps those guard bits of `base` whose lanes pass all conditions. -/
def select (bits ones : Nat) (conditions : List Condition) (base : Nat) : Nat :=
  List.rec (motive := fun _ => Nat) base (fun c _ rest => Nat.land (c.marks bits ones) rest) conditions

/-- How many guard bits are set: casting out `2^(bits + 1) - 1`, as one casts out nines. -/
def tally (bits ones marks : Nat) : Nat :=
  Nat.mod (Nat.land (Nat.shiftRight marks bits) ones) (Nat.sub (Nat.pow 2 (Nat.succ bits)) 1)

/-- The column has no more than `rows` lanes, and all its guard bits are clear. -/
def fits (bits rows ones column : Nat) : Bool :=
  Nat.beq (Nat.land (Nat.shiftRight column bits) ones) 0 &&
    Nat.ble (Nat.succ column) (Nat.pow 2 (Nat.mul (Nat.succ bits) rows))

/-- Fewer rows than `tally` can count. -/
def countable (bits rows : Nat) : Bool := Nat.ble (Nat.succ rows) (Nat.sub (Nat.pow 2 (Nat.succ bits)) 1)

/-- The interval's ends can be compared with lanes of this width. -/
def comparable (bits : Nat) (i : Interval) : Bool :=
  Nat.ble i.lower (Nat.pow 2 bits) && Nat.ble (Nat.succ i.upper) (Nat.pow 2 bits)

end Lanes

end PCM
