module

public import PCM.Table
public import PCM.LanesSound

/-!
# Counting the rows of a table that pass conditions

The one thing that all checkers of tables do, with its soundness: `Table.sum_eq_count`.
-/

@[expose] public noncomputable section

namespace PCM

open Lanes

/-- Every column of the block has lanes of the stated width, one per row, and there is one column per feature. -/
def Block.ready (features bits : Nat) (b : Block) : Bool :=
  Nat.beq b.features.length features && countable bits b.rows &&
    fits bits b.rows (repunit bits b.rows) b.error && fits bits b.rows (repunit bits b.rows) b.mark &&
    b.features.all fun column => fits bits b.rows (repunit bits b.rows) column

/-- Every block is ready, the envelope and the threshold can be compared with its lanes, and marks have room. -/
def Table.ready (envelope : Box) (threshold : Nat) (t : Table) : Bool :=
  envelope.all (comparable t.bits) && Nat.ble (Nat.succ threshold) (Nat.pow 2 t.bits) &&
    Nat.ble (Nat.succ envelope.length) (Nat.pow 2 t.bits) && t.blocks.all (Block.ready envelope.length t.bits)

/-- The rows that pass conditions, as guard bits. -/
def Block.select (bits : Nat) (b : Block) (conditions : List Condition) : Nat :=
  Lanes.select bits (repunit bits b.rows) conditions (everyRow bits (repunit bits b.rows))

/-- How many rows pass conditions. -/
def Block.tally (bits : Nat) (b : Block) (conditions : List Condition) : Nat :=
  Lanes.tally bits (repunit bits b.rows) (b.select bits conditions)

/-- A number per block, added up. -/
def Table.sum (t : Table) (f : Nat → Block → Nat) : Nat :=
  List.rec (motive := fun _ => Nat) 0 (fun b _ rest => Nat.add (f t.bits b) rest) t.blocks

/-- A number per table, added up. -/
def sumOver (tables : List Table) (f : Nat → Block → Nat) : Nat :=
  List.rec (motive := fun _ => Nat) 0 (fun t _ rest => Nat.add (t.sum f) rest) tables

/-- Conditions for a crystal to lie inside the envelope. -/
def Block.insideConditions (b : Block) (envelope : Box) : List Condition := List.zipWith Condition.mk b.features envelope

/-- Condition for a crystal to fail. -/
def Block.failsCondition (bits : Nat) (b : Block) (threshold : Nat) : Condition :=
  ⟨b.error, Nat.succ threshold, Nat.pred (Nat.pow 2 bits)⟩

/-- Condition for a crystal to pass. -/
def Block.passesCondition (b : Block) (threshold : Nat) : Condition := ⟨b.error, 0, threshold⟩

/-! ## Soundness -/

/-- What `Block.ready` says. -/
structure Block.Ready (features bits : Nat) (b : Block) : Prop where
  length : b.features.length = features
  countable : countable bits b.rows = true
  error : fits bits b.rows (repunit bits b.rows) b.error = true
  mark : fits bits b.rows (repunit bits b.rows) b.mark = true
  features : ∀ column ∈ b.features, fits bits b.rows (repunit bits b.rows) column = true

theorem Block.ready_sound {features bits : Nat} {b : Block} (h : b.ready features bits = true) :
    b.Ready features bits := by
  simp only [Block.ready, Bool.and_eq_true] at h
  exact ⟨Nat.eq_of_beq_eq_true h.1.1.1.1, h.1.1.1.2, h.1.1.2, h.1.2, List.all_eq_true.mp h.2⟩

/-- What `Table.ready` says. -/
structure Table.Ready (envelope : Box) (threshold : Nat) (t : Table) : Prop where
  intervals : ∀ i ∈ envelope, comparable t.bits i = true
  limit : threshold < 2 ^ t.bits
  marks : envelope.length < 2 ^ t.bits
  blocks : ∀ b ∈ t.blocks, b.Ready envelope.length t.bits

theorem Table.ready_sound {envelope : Box} {threshold : Nat} {t : Table} (h : t.ready envelope threshold = true) :
    t.Ready envelope threshold := by
  simp only [Table.ready, Bool.and_eq_true] at h
  exact ⟨List.all_eq_true.mp h.1.1.1, Nat.le_of_ble_eq_true h.1.1.2, Nat.le_of_ble_eq_true h.1.2,
    fun b hb => Block.ready_sound (List.all_eq_true.mp h.2 b hb)⟩

theorem comparable_iff {bits : Nat} {i : Interval} :
    comparable bits i = true ↔ i.lower ≤ 2 ^ bits ∧ i.upper < 2 ^ bits := by
  simp only [comparable, Bool.and_eq_true]
  constructor
  · exact fun h => ⟨Nat.le_of_ble_eq_true h.1, Nat.le_of_ble_eq_true h.2⟩
  · exact fun h => ⟨Nat.ble_eq_true_of_le h.1, Nat.ble_eq_true_of_le h.2⟩

/-- A condition that a ready block can be tested against. -/
def Testable (bits : Nat) (b : Block) (c : Condition) : Prop :=
  fits bits b.rows (repunit bits b.rows) c.column = true ∧ comparable bits c.interval = true

/-- Tallying a ready block counts the observations whose rows pass. -/
theorem Block.tally_eq_count {features bits : Nat} {b : Block} (hb : b.Ready features bits) {cs : List Condition}
    (hc : ∀ c ∈ cs, Testable bits b c) {p : Observation → Prop}
    (hp : ∀ i < b.rows, (∀ c ∈ cs, c.Holds bits i) ↔ p (b.observation bits i)) :
    b.tally bits cs = count p (b.observations bits) := by
  rw [Block.tally, Block.select, tally_select hb.countable hc, Block.observations, count_map]
  rw [count, ← countP_eq_count (p := fun i => p (b.observation bits i)) (xs := List.range b.rows)]
  intro i hi
  simp [hp i (List.mem_range.mp hi)]

theorem Table.sum_eq_count {t : Table} {f : Nat → Block → Nat} {p : Observation → Prop}
    (h : ∀ b ∈ t.blocks, f t.bits b = count p (b.observations t.bits)) : t.sum f = count p t.observations := by
  obtain ⟨bits, blocks⟩ := t
  induction blocks with
  | nil => rfl
  | cons b blocks ih =>
    have e : Table.sum ⟨bits, b :: blocks⟩ f = f bits b + Table.sum ⟨bits, blocks⟩ f := rfl
    rw [e, ih fun c hc => h c (List.mem_cons_of_mem _ hc), h b (List.mem_cons_self ..)]
    simp [Table.observations, count_append]

theorem sumOver_eq_count {tables : List Table} {f : Nat → Block → Nat} {p : Observation → Prop}
    (h : ∀ t ∈ tables, ∀ b ∈ t.blocks, f t.bits b = count p (b.observations t.bits)) :
    sumOver tables f = count p (observations tables) := by
  induction tables with
  | nil => rfl
  | cons t tables ih =>
    have e : sumOver (t :: tables) f = t.sum f + sumOver tables f := rfl
    rw [e, ih fun u hu => h u (List.mem_cons_of_mem _ hu), Table.sum_eq_count (h t (List.mem_cons_self ..))]
    simp [observations, count_append]

theorem mem_observations {tables : List Table} {o : Observation} (h : o ∈ observations tables) :
    ∃ t ∈ tables, ∃ b ∈ t.blocks, ∃ i < b.rows, o = b.observation t.bits i := by
  obtain ⟨t, ht, h⟩ := List.mem_flatMap.mp h
  obtain ⟨b, hb, h⟩ := List.mem_flatMap.mp h
  obtain ⟨i, hi, h⟩ := List.mem_map.mp h
  exact ⟨t, ht, b, hb, i, List.mem_range.mp hi, h.symm⟩

theorem cell_lt_of_fits {bits n X i : Nat} (h : fits bits n (repunit bits n) X = true) (hi : i < n) :
    cell bits X i < 2 ^ bits := by
  rw [repunit_eq] at h
  exact (clear_of_fits h).2 i hi

theorem holds_inside {bits i : Nat} {columns : List Nat} {envelope : Box} (h : columns.length = envelope.length) :
    (∀ c ∈ List.zipWith Condition.mk columns envelope, c.Holds bits i) ↔
      envelope.Contains (columns.map fun column => cell bits column i) := by
  induction columns generalizing envelope with
  | nil =>
    cases envelope with
    | nil => simp [Box.Contains]
    | cons => simp at h
  | cons x columns ih =>
    cases envelope with
    | nil => simp at h
    | cons j envelope =>
      simp only [List.length_cons, Nat.add_right_cancel_iff] at h
      simp only [List.zipWith_cons_cons, List.forall_mem_cons, List.map_cons, Box.Contains, ih h]
      rfl

theorem mem_zipWith_mk {columns : List Nat} {envelope : Box} {c : Condition}
    (h : c ∈ List.zipWith Condition.mk columns envelope) : c.column ∈ columns ∧ c.interval ∈ envelope := by
  induction columns generalizing envelope with
  | nil => simp at h
  | cons x columns ih =>
    cases envelope with
    | nil => simp at h
    | cons j envelope =>
      rw [List.zipWith_cons_cons, List.mem_cons] at h
      rcases h with rfl | h
      · exact ⟨List.mem_cons_self .., List.mem_cons_self ..⟩
      · exact ⟨List.mem_cons_of_mem _ (ih h).1, List.mem_cons_of_mem _ (ih h).2⟩

theorem testable_inside {bits : Nat} {b : Block} {envelope : Box} {features : Nat} (hb : b.Ready features bits)
    (he : ∀ i ∈ envelope, comparable bits i = true) : ∀ c ∈ b.insideConditions envelope, Testable bits b c :=
  fun _ hc => ⟨hb.features _ (mem_zipWith_mk hc).1, he _ (mem_zipWith_mk hc).2⟩

theorem testable_fails {bits features threshold : Nat} {b : Block} (hb : b.Ready features bits)
    (ht : threshold < 2 ^ bits) : Testable bits b (b.failsCondition bits threshold) :=
  ⟨hb.error, comparable_iff.mpr ⟨ht, Nat.pred_lt (Nat.ne_of_gt (Nat.two_pow_pos _))⟩⟩

theorem testable_passes {bits features threshold : Nat} {b : Block} (hb : b.Ready features bits)
    (ht : threshold < 2 ^ bits) : Testable bits b (b.passesCondition threshold) :=
  ⟨hb.error, comparable_iff.mpr ⟨Nat.zero_le _, ht⟩⟩

theorem holds_fails {bits features threshold i : Nat} {b : Block} (hb : b.Ready features bits) (hi : i < b.rows) :
    (b.failsCondition bits threshold).Holds bits i ↔ (b.observation bits i).Fails threshold := by
  have h := cell_lt_of_fits hb.error hi
  constructor
  · exact fun hh => hh.1
  · exact fun hh => ⟨hh, Nat.le_pred_of_lt h⟩

theorem holds_passes {bits threshold i : Nat} {b : Block} :
    (b.passesCondition threshold).Holds bits i ↔ ¬(b.observation bits i).Fails threshold := by
  constructor
  · exact fun hh => Nat.not_lt_of_le hh.2
  · exact fun hh => ⟨Nat.zero_le _, Nat.le_of_not_lt hh⟩

end PCM
