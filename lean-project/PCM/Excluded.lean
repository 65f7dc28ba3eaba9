module

public import PCM.Selection

/-!
# `excluded`: the counterexamples are known, and lie outside the envelope

The search for failures recorded its counterexamples: the crystals whose error is above the threshold, each with the
feature by which it lies outside the final envelope (`Observation.mark`).
-/

@[expose] public noncomputable section

namespace PCM

open Lanes

/-- The recorded counterexamples are exactly the observations that fail; each of them lies outside the envelope by the
feature it names, but for at most `allowed`. -/
def Excluded (envelope : Box) (threshold allowed : Nat) (tables : List Table) : Prop :=
  (∀ o ∈ observations tables, o.mark ≠ 0 ↔ o.Fails threshold) ∧
    (∀ o ∈ observations tables, ∀ f < envelope.length, o.mark = f + 1 → o.SeparatedBy f envelope) ∧
    count (fun o => envelope.length < o.mark) (observations tables) ≤ allowed

namespace Excluded

/-- Condition for a mark to lie in a range. -/
def marked (b : Block) (lower upper : Nat) : Condition := ⟨b.mark, lower, upper⟩

/-- The largest mark a lane can hold. -/
def largest (bits : Nat) : Nat := Nat.pred (Nat.pow 2 bits)

/-- No row of the block passes the conditions. -/
def none (bits : Nat) (b : Block) (conditions : List Condition) : Bool := Nat.beq (b.tally bits conditions) 0

/-- From feature `f` on: no row with mark `f + 1` has its feature `f` inside the interval. -/
def separated (bits : Nat) (b : Block) : Nat → List Condition → Bool
  | _, [] => true
  | f, c :: rest => none bits b [marked b (Nat.succ f) (Nat.succ f), c] && separated bits b (Nat.succ f) rest

/-- What is checked of each block. -/
def blockCheck (envelope : Box) (threshold bits : Nat) (b : Block) : Bool :=
  none bits b [b.failsCondition bits threshold, marked b 0 0] &&
    none bits b [b.passesCondition threshold, marked b 1 (largest bits)] &&
    separated bits b 0 (b.insideConditions envelope)

/-- Counterexamples of a block that are recorded as lying inside. -/
def unseparated (envelope : Box) (bits : Nat) (b : Block) : Nat :=
  b.tally bits [marked b (Nat.succ envelope.length) (largest bits)]

/-- The checker behind `Excluded.of_check`. -/
def check (envelope : Box) (threshold allowed : Nat) (tables : List Table) : Bool :=
  tables.all (fun t => t.ready envelope threshold && t.blocks.all (blockCheck envelope threshold t.bits)) &&
    Nat.ble (sumOver tables (unseparated envelope)) allowed

theorem none_sound {features bits : Nat} {b : Block} (hb : b.Ready features bits) {cs : List Condition}
    (hc : ∀ c ∈ cs, Testable bits b c) (h : none bits b cs = true) :
    ∀ i < b.rows, ¬∀ c ∈ cs, c.Holds bits i := by
  intro i hi
  have h0 : b.tally bits cs = 0 := Nat.eq_of_beq_eq_true h
  rw [Block.tally, Block.select, tally_select hb.countable hc] at h0
  exact count_eq_zero h0 i (List.mem_range.mpr hi)

theorem testable_marked {features bits lower upper : Nat} {b : Block} (hb : b.Ready features bits)
    (hl : lower ≤ 2 ^ bits) (hu : upper < 2 ^ bits) : Testable bits b (marked b lower upper) :=
  ⟨hb.mark, comparable_iff.mpr ⟨hl, hu⟩⟩

theorem largest_lt (bits : Nat) : largest bits < 2 ^ bits := Nat.pred_lt (Nat.ne_of_gt (Nat.two_pow_pos _))

theorem separated_sound {features bits : Nat} {b : Block} (hb : b.Ready features bits) {cs : List Condition} {f : Nat}
    (hf : f + cs.length < 2 ^ bits) (hc : ∀ c ∈ cs, Testable bits b c) (h : separated bits b f cs = true) :
    ∀ i < b.rows, ∀ g c, cs[g]? = some c → cell bits b.mark i = f + g + 1 → ¬c.Holds bits i := by
  induction cs generalizing f with
  | nil => intro i _ g c hg; simp at hg
  | cons c cs ih =>
    simp only [separated, Bool.and_eq_true] at h
    simp only [List.length_cons] at hf
    intro i hi g d hg hm hd
    cases g with
    | zero =>
      simp only [List.getElem?_cons_zero, Option.some.injEq] at hg
      subst hg
      refine none_sound hb ?_ h.1 i hi ?_
      · intro e he
        rcases List.mem_cons.mp he with rfl | he
        · exact testable_marked hb (by simp only [Nat.succ_eq_add_one]; omega) (by simp only [Nat.succ_eq_add_one]; omega)
        · exact hc e (by rw [List.mem_singleton.mp he]; exact List.mem_cons_self ..)
      · intro e he
        rcases List.mem_cons.mp he with rfl | he
        · simp only [marked, Condition.Holds, Interval.Contains, hm, Nat.succ_eq_add_one]; omega
        · rw [List.mem_singleton.mp he]; exact hd
    | succ g =>
      rw [List.getElem?_cons_succ] at hg
      exact ih (f := Nat.succ f) (by simp only [Nat.succ_eq_add_one]; omega)
        (fun e he => hc e (List.mem_cons_of_mem _ he)) h.2 i hi g d hg
        (by rw [hm]; simp only [Nat.succ_eq_add_one]; omega) hd

/-- What the checker accepts is excluded. -/
theorem of_check {envelope : Box} {threshold allowed : Nat} {tables : List Table}
    (h : check envelope threshold allowed tables = true) : Excluded envelope threshold allowed tables := by
  simp only [check, Bool.and_eq_true] at h
  have ready : ∀ t ∈ tables, t.Ready envelope threshold := by
    intro t ht
    have := List.all_eq_true.mp h.1 t ht
    simp only [Bool.and_eq_true] at this
    exact Table.ready_sound this.1
  have blocks : ∀ t ∈ tables, ∀ b ∈ t.blocks, blockCheck envelope threshold t.bits b = true := by
    intro t ht b hb
    have := List.all_eq_true.mp h.1 t ht
    simp only [Bool.and_eq_true] at this
    exact List.all_eq_true.mp this.2 b hb
  refine ⟨?_, ?_, ?_⟩
  · intro o ho
    obtain ⟨t, ht, b, hb, i, hi, rfl⟩ := mem_observations ho
    have hr := ready t ht
    have hbr := hr.blocks b hb
    have hk := blocks t ht b hb
    simp only [blockCheck, Bool.and_eq_true] at hk
    have hm : cell t.bits b.mark i ≤ largest t.bits := Nat.le_pred_of_lt (cell_lt_of_fits hbr.mark hi)
    have a := none_sound hbr (cs := [b.failsCondition t.bits threshold, marked b 0 0])
      (by
        intro c hc
        rcases List.mem_cons.mp hc with rfl | hc
        · exact testable_fails hbr hr.limit
        · rw [List.mem_singleton.mp hc]; exact testable_marked hbr (Nat.zero_le _) (Nat.two_pow_pos _))
      hk.1.1 i hi
    have d := none_sound hbr (cs := [b.passesCondition threshold, marked b 1 (largest t.bits)])
      (by
        intro c hc
        rcases List.mem_cons.mp hc with rfl | hc
        · exact testable_passes hbr hr.limit
        · rw [List.mem_singleton.mp hc]; exact testable_marked hbr (Nat.two_pow_pos _) (largest_lt _))
      hk.1.2 i hi
    rw [List.forall_mem_cons, holds_fails hbr hi] at a
    rw [List.forall_mem_cons, holds_passes] at d
    simp only [List.mem_singleton, forall_eq, marked, Condition.Holds, Interval.Contains] at a d
    show cell t.bits b.mark i ≠ 0 ↔ _
    constructor
    · intro hne
      exact Classical.byContradiction fun hn => d ⟨hn, by omega, hm⟩
    · intro hfail h0
      exact a ⟨hfail, by omega, by omega⟩
  · intro o ho f hf hmark
    obtain ⟨t, ht, b, hb, i, hi, rfl⟩ := mem_observations ho
    have hr := ready t ht
    have hbr := hr.blocks b hb
    have hk := blocks t ht b hb
    simp only [blockCheck, Bool.and_eq_true] at hk
    have hlen : (b.insideConditions envelope).length = envelope.length := by
      simp [Block.insideConditions, hbr.length]
    have hfb : f < b.features.length := by rw [hbr.length]; exact hf
    have hget : (b.insideConditions envelope)[f]? = some ⟨b.features[f], envelope[f]⟩ := by
      simp [Block.insideConditions, List.getElem?_zipWith, hf, hfb]
    have := separated_sound hbr (f := 0) (by rw [hlen]; have := hr.marks; omega)
      (testable_inside hbr hr.intervals) hk.2 i hi f _ hget
      (by rw [Nat.zero_add]; exact hmark)
    exact ⟨envelope[f], cell t.bits b.features[f] i, by simp [hf], by simp [Block.observation, hfb], this⟩
  · rw [← sumOver_eq_count (f := unseparated envelope)]
    · exact Nat.le_of_ble_eq_true h.2
    · intro t ht b hb
      have hr := ready t ht
      have hbr := hr.blocks b hb
      apply Block.tally_eq_count hbr
      · intro c hc
        rw [List.mem_singleton.mp hc]
        exact testable_marked hbr hr.marks (largest_lt _)
      · intro i hi
        have hm : cell t.bits b.mark i ≤ largest t.bits := Nat.le_pred_of_lt (cell_lt_of_fits hbr.mark hi)
        simp only [List.mem_singleton, forall_eq, marked, Condition.Holds, Interval.Contains]
        exact ⟨fun hh => hh.1, fun hh => ⟨hh, hm⟩⟩

end Excluded

end PCM
