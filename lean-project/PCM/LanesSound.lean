module

public import PCM.Count
public import PCM.Lanes

/-!
# The arithmetic on lanes is sound

By induction over lanes: a packed column is `2^(bits + 1) * (the other lanes) + (lane 0)`.
-/

@[expose] public noncomputable section

namespace PCM.Lanes

/-- The guard bit of lane `i`. -/
def guard (bits marks i : Nat) : Bool := marks.testBit ((bits + 1) * i + bits)

/-- A one in every lane, lane by lane. -/
def ones (bits : Nat) : Nat → Nat
  | 0 => 0
  | n + 1 => 1 + 2 ^ (bits + 1) * ones bits n

theorem cell_zero (b X : Nat) : cell b X 0 = X % 2 ^ (b + 1) := by simp [cell]

theorem cell_succ (b X i : Nat) : cell b X (i + 1) = cell b (X / 2 ^ (b + 1)) i := by
  simp only [cell, Nat.shiftRight_eq_div_pow]
  rw [Nat.mul_add, Nat.mul_one, Nat.add_comm, Nat.pow_add, ← Nat.div_div_eq_div_mul]

theorem cell_cons_zero {b x : Nat} (q : Nat) (h : x < 2 ^ (b + 1)) : cell b (2 ^ (b + 1) * q + x) 0 = x := by
  rw [cell_zero, Nat.mul_add_mod, Nat.mod_eq_of_lt h]

theorem cell_cons_succ {b x : Nat} (q i : Nat) (h : x < 2 ^ (b + 1)) :
    cell b (2 ^ (b + 1) * q + x) (i + 1) = cell b q i := by
  rw [cell_succ, Nat.mul_add_div (Nat.two_pow_pos _), Nat.div_eq_of_lt h, Nat.add_zero]

theorem cell_lt (b X i : Nat) : cell b X i < 2 ^ (b + 1) := Nat.mod_lt _ (Nat.two_pow_pos _)

theorem ones_spec (b n : Nat) : (2 ^ (b + 1) - 1) * ones b n + 1 = 2 ^ ((b + 1) * n) := by
  induction n with
  | zero => simp [ones]
  | succ n ih =>
    have hB := Nat.two_pow_pos (b + 1)
    rw [ones, show (b + 1) * (n + 1) = (b + 1) * n + (b + 1) from Nat.mul_succ .., Nat.pow_add 2 ((b + 1) * n), ← ih]
    generalize 2 ^ (b + 1) = B at *
    obtain ⟨c, rfl⟩ : ∃ c, B = c + 1 := ⟨B - 1, by omega⟩
    simp only [Nat.add_sub_cancel, Nat.mul_add, Nat.add_mul, Nat.one_mul, Nat.mul_one, Nat.mul_assoc, Nat.mul_comm (ones b n) c]
    omega

theorem repunit_eq (b n : Nat) : repunit b n = ones b n := by
  have h := ones_spec b n
  have hB : 2 ≤ 2 ^ (b + 1) := by have := Nat.two_pow_pos b; rw [Nat.pow_succ]; omega
  show (2 ^ ((b + 1) * n) - 1) / (2 ^ (b + 1) - 1) = _
  rw [← h, Nat.add_sub_cancel, Nat.mul_div_cancel_left _ (by omega)]

theorem ones_lt (b n : Nat) : ones b n < 2 ^ ((b + 1) * n) := by
  have h := ones_spec b n
  have hB : 2 ≤ 2 ^ (b + 1) := by have := Nat.two_pow_pos b; rw [Nat.pow_succ]; omega
  have : 1 * ones b n ≤ (2 ^ (b + 1) - 1) * ones b n := Nat.mul_le_mul_right _ (by omega)
  omega

/-- Every lane below the guard. -/
def Clear (b n X : Nat) : Prop := X < 2 ^ ((b + 1) * n) ∧ ∀ i < n, cell b X i < 2 ^ b

theorem Clear.uncons {b n X : Nat} (h : Clear b (n + 1) X) :
    ∃ q x, X = 2 ^ (b + 1) * q + x ∧ x < 2 ^ b ∧ x < 2 ^ (b + 1) ∧ Clear b n q := by
  refine ⟨X / 2 ^ (b + 1), X % 2 ^ (b + 1), (Nat.div_add_mod _ _).symm, ?_, Nat.mod_lt _ (Nat.two_pow_pos _), ?_, ?_⟩
  · have := h.2 0 (Nat.succ_pos _); rwa [cell_zero] at this
  · have := h.1
    rw [show (b + 1) * (n + 1) = (b + 1) + (b + 1) * n from by rw [Nat.mul_succ, Nat.add_comm], Nat.pow_add 2 (b + 1)] at this
    exact Nat.div_lt_of_lt_mul this
  · intro i hi
    have := h.2 (i + 1) (Nat.succ_lt_succ hi)
    rwa [cell_succ] at this

theorem cell_add {b n X c i : Nat} (h : Clear b n X) (hc : c ≤ 2 ^ b) (hi : i < n) :
    cell b (X + c * ones b n) i = cell b X i + c := by
  induction n generalizing X i with
  | zero => omega
  | succ n ih =>
    obtain ⟨q, x, rfl, hx, hx', hq⟩ := h.uncons
    have e : 2 ^ (b + 1) * q + x + c * ones b (n + 1) = 2 ^ (b + 1) * (q + c * ones b n) + (x + c) := by
      rw [ones, Nat.mul_add, Nat.mul_add, Nat.mul_one, Nat.mul_left_comm]; omega
    have hs : x + c < 2 ^ (b + 1) := by rw [Nat.pow_succ]; omega
    rw [e]
    cases i with
    | zero => rw [cell_cons_zero _ hs, cell_cons_zero _ hx']
    | succ i => rw [cell_cons_succ _ _ hs, cell_cons_succ _ _ hx', ih hq (Nat.lt_of_succ_lt_succ hi)]

theorem Clear.le_mul_ones {b n X c : Nat} (h : Clear b n X) (hc : 2 ^ b ≤ c) : X ≤ c * ones b n := by
  induction n generalizing X with
  | zero => have := h.1; simp at this; omega
  | succ n ih =>
    obtain ⟨q, x, rfl, hx, hx', hq⟩ := h.uncons
    have := Nat.mul_le_mul_left (2 ^ (b + 1)) (ih hq)
    have e : c * ones b (n + 1) = 2 ^ (b + 1) * (c * ones b n) + c := by
      rw [ones, Nat.mul_add, Nat.mul_one, Nat.mul_left_comm, Nat.add_comm]
    omega

theorem cell_sub {b n X c i : Nat} (h : Clear b n X) (hc : 2 ^ b ≤ c) (hc' : c < 2 ^ (b + 1)) (hi : i < n) :
    cell b (c * ones b n - X) i = c - cell b X i := by
  induction n generalizing X i with
  | zero => omega
  | succ n ih =>
    obtain ⟨q, x, rfl, hx, hx', hq⟩ := h.uncons
    have e : c * ones b (n + 1) - (2 ^ (b + 1) * q + x) = 2 ^ (b + 1) * (c * ones b n - q) + (c - x) := by
      have hle := Nat.mul_le_mul_left (2 ^ (b + 1)) (hq.le_mul_ones hc)
      have e : c * ones b (n + 1) = 2 ^ (b + 1) * (c * ones b n) + c := by
        rw [ones, Nat.mul_add, Nat.mul_one, Nat.mul_left_comm, Nat.add_comm]
      rw [e, Nat.mul_sub]; omega
    have hs : c - x < 2 ^ (b + 1) := by omega
    rw [e]
    cases i with
    | zero => rw [cell_cons_zero _ hs, cell_cons_zero _ hx']
    | succ i => rw [cell_cons_succ _ _ hs, cell_cons_succ _ _ hx', ih hq (Nat.lt_of_succ_lt_succ hi)]

theorem guard_eq (b X i : Nat) : guard b X i = decide (2 ^ b ≤ cell b X i) := by
  have h : guard b X i = (cell b X i).testBit b := by
    simp [guard, cell, Nat.testBit_mod_two_pow, Nat.testBit_shiftRight]
  rw [h]
  have hlt := cell_lt b X i
  generalize cell b X i = c at *
  rw [Nat.testBit_eq_decide_div_mod_eq]
  rw [Nat.pow_succ] at hlt
  by_cases hc : 2 ^ b ≤ c
  · have h1 : c / 2 ^ b = 1 := Nat.div_eq_of_lt_le (by omega) (by omega)
    simp [hc, h1]
  · have h1 : c / 2 ^ b = 0 := Nat.div_eq_of_lt (by omega)
    simp [hc, h1]

theorem cell_ones {b n i : Nat} (hi : i < n) : cell b (ones b n) i = 1 := by
  have h1 : 1 < 2 ^ (b + 1) := by have := Nat.two_pow_pos b; rw [Nat.pow_succ]; omega
  induction n generalizing i with
  | zero => omega
  | succ n ih =>
    rw [ones, Nat.add_comm]
    cases i with
    | zero => rw [cell_cons_zero _ h1]
    | succ i => rw [cell_cons_succ _ _ h1, ih (Nat.lt_of_succ_lt_succ hi)]

theorem cell_guards {b n i : Nat} (X : Nat) (hi : i < n) :
    cell b ((X >>> b) &&& ones b n) i = (guard b X i).toNat := by
  have h : cell b ((X >>> b) &&& ones b n) i = cell b (X >>> b) i &&& cell b (ones b n) i := by
    simp only [cell, Nat.shiftRight_and_distrib, Nat.and_mod_two_pow]
  rw [h, cell_ones hi, Nat.and_one_is_mod]
  have e : cell b (X >>> b) i % 2 = ((X >>> b) >>> ((b + 1) * i)) % 2 := by
    rw [cell, Nat.pow_succ]
    exact Nat.mod_mod_of_dvd _ (Nat.dvd_mul_left 2 (2 ^ b))
  rw [e, guard, Nat.toNat_testBit, ← Nat.shiftRight_add, Nat.shiftRight_eq_div_pow, Nat.add_comm]

theorem clear_of_fits {b n X : Nat} (h : fits b n (ones b n) X = true) : Clear b n X := by
  simp only [fits, Bool.and_eq_true] at h
  obtain ⟨h0, h1⟩ := h
  have h0 : (X >>> b) &&& ones b n = 0 := Nat.eq_of_beq_eq_true h0
  have h1 : X < 2 ^ ((b + 1) * n) := Nat.le_of_ble_eq_true h1
  refine ⟨h1, fun i hi => ?_⟩
  have h2 := cell_guards (b := b) X hi
  rw [h0, guard_eq] at h2
  have h3 : cell b 0 i = 0 := by simp [cell]
  by_cases hc : 2 ^ b ≤ cell b X i
  · rw [h3, decide_eq_true hc] at h2; exact absurd h2 (by decide)
  · exact Nat.lt_of_not_le hc

theorem mod_sum (b n X : Nat) (h : X < 2 ^ ((b + 1) * n)) :
    X % (2 ^ (b + 1) - 1) = ((List.range n).map (cell b X)).sum % (2 ^ (b + 1) - 1) := by
  induction n generalizing X with
  | zero => simp at h; simp [h]
  | succ n ih =>
    have hB : 2 ≤ 2 ^ (b + 1) := by have := Nat.two_pow_pos b; rw [Nat.pow_succ]; omega
    have hq : X / 2 ^ (b + 1) < 2 ^ ((b + 1) * n) := by
      rw [show (b + 1) * (n + 1) = (b + 1) + (b + 1) * n from by rw [Nat.mul_succ, Nat.add_comm], Nat.pow_add 2 (b + 1)] at h
      exact Nat.div_lt_of_lt_mul h
    have e : X = (2 ^ (b + 1) - 1) * (X / 2 ^ (b + 1)) + (X % 2 ^ (b + 1) + X / 2 ^ (b + 1)) := by
      have := Nat.div_add_mod X (2 ^ (b + 1))
      rw [Nat.sub_mul]
      have : X / 2 ^ (b + 1) ≤ 2 ^ (b + 1) * (X / 2 ^ (b + 1)) := Nat.le_mul_of_pos_left _ (by omega)
      omega
    have e2 : ((List.range (n + 1)).map (cell b X)).sum
        = X % 2 ^ (b + 1) + ((List.range n).map (cell b (X / 2 ^ (b + 1)))).sum := by
      rw [List.range_succ_eq_map, List.map_cons, List.sum_cons, cell_zero, List.map_map]
      congr 2
      apply List.map_congr_left
      intro i _
      exact cell_succ b X i
    rw [e2, Nat.add_mod, ← ih _ hq, ← Nat.add_mod]
    conv => lhs; rw [e, Nat.mul_add_mod]

theorem sum_toNat (p : Nat → Bool) (l : List Nat) : (l.map fun i => (p i).toNat).sum = l.countP p := by
  induction l with
  | nil => rfl
  | cons a l ih => 
    rw [List.map_cons, List.sum_cons, ih, List.countP_cons]
    cases p a <;> simp [Nat.add_comm]

theorem tally_eq (b n X : Nat) (hn : n < 2 ^ (b + 1) - 1) :
    tally b (ones b n) X = (List.range n).countP (guard b X) := by
  have hlt : (X >>> b) &&& ones b n < 2 ^ ((b + 1) * n) := Nat.lt_of_le_of_lt Nat.and_le_right (ones_lt b n)
  show ((X >>> b) &&& ones b n) % (2 ^ (b + 1) - 1) = _
  rw [mod_sum b n _ hlt]
  have e : (List.range n).map (cell b ((X >>> b) &&& ones b n)) = (List.range n).map fun i => (guard b X i).toNat := by
    apply List.map_congr_left
    intro i hi
    exact cell_guards X (List.mem_range.mp hi)
  rw [e, sum_toNat]
  apply Nat.mod_eq_of_lt
  have : (List.range n).countP (guard b X) ≤ (List.range n).length := List.countP_le_length
  rw [List.length_range] at this
  omega

/-- `tally` counts the rows that pass, whatever `base` left out before. -/
theorem guard_marks {b n i : Nat} {c : Condition} (hc : Clear b n c.column) (hi : i < n)
    (h : comparable b c.interval = true) :
    guard b (c.marks b (ones b n)) i = true ↔ c.Holds b i := by
  simp only [comparable, Bool.and_eq_true] at h
  have hl : c.interval.lower ≤ 2 ^ b := Nat.le_of_ble_eq_true h.1
  have hu : c.interval.upper < 2 ^ b := Nat.le_of_ble_eq_true h.2
  have hx := hc.2 i hi
  have e : guard b (c.marks b (ones b n)) i =
      (guard b (c.column + (2 ^ b - c.interval.lower) * ones b n) i &&
        guard b ((2 ^ b + c.interval.upper) * ones b n - c.column) i) := by
    exact Nat.testBit_and _ _ _
  rw [e, guard_eq, guard_eq, cell_add hc (Nat.sub_le _ _) hi,
    cell_sub hc (by omega) (by rw [Nat.pow_succ]; omega) hi, Bool.and_eq_true, decide_eq_true_eq, decide_eq_true_eq,
    Condition.Holds, Interval.Contains]
  omega

theorem guard_everyRow {b n i : Nat} (hi : i < n) : guard b (everyRow b (ones b n)) i = true := by
  have h0 : Clear b n 0 := ⟨Nat.two_pow_pos _, fun i _ => by simp [cell, Nat.two_pow_pos]⟩
  have := cell_add h0 (Nat.le_refl _) hi
  rw [Nat.zero_add] at this
  rw [guard_eq, everyRow]
  show decide (2 ^ b ≤ cell b (2 ^ b * ones b n) i) = true
  rw [this]
  simp

theorem guard_select {b n i : Nat} {cs : List Condition} {base : Nat} (hi : i < n)
    (hc : ∀ c ∈ cs, Clear b n c.column ∧ comparable b c.interval = true) :
    guard b (select b (ones b n) cs base) i = true ↔ guard b base i = true ∧ ∀ c ∈ cs, c.Holds b i := by
  induction cs with
  | nil => simp [select]
  | cons c cs ih =>
    have e : guard b (select b (ones b n) (c :: cs) base) i =
        (guard b (c.marks b (ones b n)) i && guard b (select b (ones b n) cs base) i) := by
      exact Nat.testBit_and _ _ _
    have hc0 := hc c (List.mem_cons_self ..)
    rw [e, Bool.and_eq_true, guard_marks hc0.1 hi hc0.2, ih fun c h => hc c (List.mem_cons_of_mem _ h)]
    simp only [List.forall_mem_cons]
    constructor
    · rintro ⟨a, b, c⟩; exact ⟨b, a, c⟩
    · rintro ⟨b, a, c⟩; exact ⟨a, b, c⟩

theorem countable_sound {b n : Nat} (h : countable b n = true) : n < 2 ^ (b + 1) - 1 := Nat.le_of_ble_eq_true h

/-- The tally of a selection from all rows is the number of rows that pass all conditions. -/
theorem tally_select {b n : Nat} {cs : List Condition} (hn : countable b n = true)
    (hc : ∀ c ∈ cs, fits b n (repunit b n) c.column = true ∧ comparable b c.interval = true) :
    tally b (repunit b n) (select b (repunit b n) cs (everyRow b (repunit b n))) =
      count (fun i => ∀ c ∈ cs, c.Holds b i) (List.range n) := by
  rw [repunit_eq] at *
  rw [tally_eq _ _ _ (countable_sound hn)]
  apply countP_eq_count
  intro i hi
  have hi := List.mem_range.mp hi
  rw [guard_select hi fun c h => ⟨clear_of_fits (hc c h).1, (hc c h).2⟩]
  simp [guard_everyRow hi]

/-- Selecting in two steps is selecting once. -/
theorem select_append (b o : Nat) (cs ds : List Condition) (base : Nat) :
    select b o cs (select b o ds base) = select b o (cs ++ ds) base := by
  induction cs with
  | nil => rfl
  | cons c cs ih => exact congrArg (Nat.land (c.marks b o)) ih

end PCM.Lanes
