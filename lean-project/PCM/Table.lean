module

public import PCM.Count
public import PCM.Lanes

/-!
# Observations

What the audit saw: for each crystal its feature values, the potential's error, and whether it was recorded as a
counterexample. Certificates hold them packed (`Block`, `Table`); `Table.observations` unpacks them, and every statement
is about the unpacked `Observation`s.
-/

@[expose] public noncomputable section

namespace PCM

/-- One crystal as the audit saw it. -/
structure Observation where
  /-- Scaled feature values, in the order of the certificate's features. -/
  features : List Nat
  /-- Scaled error of the potential, rounded up. -/
  error : Nat
  /-- `0` if the crystal was not recorded as a counterexample. `f + 1` if it was, with feature `f` said to lie outside
  the envelope. The number of features plus one if it was, and lies inside the envelope. -/
  mark : Nat

/-- The crystal lies inside the envelope. -/
def Observation.Inside (o : Observation) (envelope : Box) : Prop := envelope.Contains o.features

/-- The potential's error is above the threshold. -/
def Observation.Fails (o : Observation) (threshold : Nat) : Prop := threshold < o.error

/-- The value of feature `f` lies in an interval. -/
def Observation.HasFeatureIn (o : Observation) (f : Nat) (i : Interval) : Prop :=
  ∃ x, o.features[f]? = some x ∧ i.Contains x

/-- The value of feature `f` lies outside the envelope's interval, so the crystal lies outside the envelope. -/
def Observation.SeparatedBy (o : Observation) (f : Nat) (envelope : Box) : Prop :=
  ∃ i x, envelope[f]? = some i ∧ o.features[f]? = some x ∧ ¬i.Contains x

/-- Some consecutive rows of a table; every column is packed into one number (`PCM.Lanes`). -/
structure Block where
  /-- Number of rows. -/
  rows : Nat
  /-- One packed column per feature. -/
  features : List Nat
  /-- Packed errors. -/
  error : Nat
  /-- Packed marks. -/
  mark : Nat

/-- A table: blocks of rows whose values have at most `bits` bits. -/
structure Table where
  /-- Width of a value. -/
  bits : Nat
  /-- Rows, some hundred per block. -/
  blocks : List Block

/-- Row `i` of a block. -/
def Block.observation (bits : Nat) (b : Block) (i : Nat) : Observation where
  features := b.features.map fun column => cell bits column i
  error := cell bits b.error i
  mark := cell bits b.mark i

/-- All rows of a block. -/
def Block.observations (bits : Nat) (b : Block) : List Observation := (List.range b.rows).map (b.observation bits)

/-- All rows of a table. -/
def Table.observations (t : Table) : List Observation := t.blocks.flatMap (Block.observations t.bits)

/-- All rows of several tables. -/
def observations (tables : List Table) : List Observation := tables.flatMap Table.observations

end PCM
