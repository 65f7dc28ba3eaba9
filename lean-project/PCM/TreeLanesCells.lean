module

public import PCM.LanesSound

/-!
# Arithmetic on lanes, lane by lane

Sums, differences and multiples of whole columns are those of their lanes, as long as no lane leaves its room.
-/

@[expose] public noncomputable section

namespace PCM

namespace Lanes

theorem div_lt_of_pos {x b : Nat} (h : x ≠ 0) : x / 2 ^ (b + 1) < x :=
  Nat.div_lt_self (Nat.pos_of_ne_zero h) (Nat.one_lt_two_pow (by omega))

theorem le_of_cells {b x y : Nat} (h : ∀ i, cell b y i ≤ cell b x i) : y ≤ x := by
  induction y using Nat.strongRecOn generalizing x with
  | _ y ih =>
    by_cases hy : y = 0
    · omega
    · have hq := ih (y / 2 ^ (b + 1)) (div_lt_of_pos hy) (x := x / 2 ^ (b + 1)) fun i => by
        have := h (i + 1); rwa [cell_succ, cell_succ] at this
      have h0 := h 0
      rw [cell_zero, cell_zero] at h0
      have := Nat.mul_le_mul_left (2 ^ (b + 1)) hq
      rw [← Nat.div_add_mod y (2 ^ (b + 1)), ← Nat.div_add_mod x (2 ^ (b + 1))]
      omega

theorem split (b x : Nat) : ∃ q r, x = 2 ^ (b + 1) * q + r ∧ r < 2 ^ (b + 1) :=
  ⟨x / 2 ^ (b + 1), x % 2 ^ (b + 1), (Nat.div_add_mod ..).symm, Nat.mod_lt _ (Nat.two_pow_pos _)⟩

/-- Lanes are added one by one, if none overflows. -/
theorem cell_add_lanes {b x y : Nat} (h : ∀ i, cell b x i + cell b y i < 2 ^ (b + 1)) (i : Nat) :
    cell b (x + y) i = cell b x i + cell b y i := by
  induction i generalizing x y with
  | zero =>
    have := h 0
    simp only [cell_zero] at *
    rw [Nat.add_mod, Nat.mod_eq_of_lt this]
  | succ i ih =>
    have h0 := h 0
    obtain ⟨q, r, rfl, hr⟩ := split b x
    obtain ⟨p, s, rfl, hs⟩ := split b y
    rw [cell_cons_zero _ hr, cell_cons_zero _ hs] at h0
    have e : 2 ^ (b + 1) * q + r + (2 ^ (b + 1) * p + s) = 2 ^ (b + 1) * (q + p) + (r + s) := by
      rw [Nat.mul_add]; omega
    rw [e, cell_cons_succ _ _ h0, cell_cons_succ _ _ hr, cell_cons_succ _ _ hs]
    apply ih
    intro j
    have := h (j + 1)
    rwa [cell_cons_succ _ _ hr, cell_cons_succ _ _ hs] at this

/-- Lanes are subtracted one by one, if none is less than what is taken from it. -/
theorem cell_sub_lanes {b x y : Nat} (h : ∀ i, cell b y i ≤ cell b x i) (i : Nat) :
    cell b (x - y) i = cell b x i - cell b y i := by
  have hd : ∀ i, cell b (x - y) i + cell b y i = cell b x i := by
    intro i
    induction i generalizing x y with
    | zero =>
      have h0 := h 0
      have hle := le_of_cells h
      simp only [cell_zero] at *
      obtain ⟨q, r, rfl, hr⟩ := split b x
      obtain ⟨p, s, rfl, hs⟩ := split b y
      rw [Nat.mul_add_mod, Nat.mul_add_mod, Nat.mod_eq_of_lt hr, Nat.mod_eq_of_lt hs] at *
      have hqp : p ≤ q := by
        rcases Nat.lt_or_ge q p with hlt | hle'
        · have := Nat.mul_le_mul_left (2 ^ (b + 1)) (Nat.succ_le_of_lt hlt)
          rw [Nat.mul_succ] at this
          omega
        · exact hle'
      have e : 2 ^ (b + 1) * q + r - (2 ^ (b + 1) * p + s) = 2 ^ (b + 1) * (q - p) + (r - s) := by
        have := Nat.mul_le_mul_left (2 ^ (b + 1)) hqp
        rw [Nat.mul_sub]; omega
      rw [e, Nat.mul_add_mod, Nat.mod_eq_of_lt (by omega)]
      omega
    | succ i ih =>
      have h0 := h 0
      have hq : ∀ i, cell b (y / 2 ^ (b + 1)) i ≤ cell b (x / 2 ^ (b + 1)) i := fun i => by
        have := h (i + 1); rwa [cell_succ, cell_succ] at this
      have hle := le_of_cells hq
      have := ih hq
      rw [cell_succ, cell_succ b y, cell_succ b x]
      obtain ⟨q, r, rfl, hr⟩ := split b x
      obtain ⟨p, s, rfl, hs⟩ := split b y
      rw [cell_cons_zero _ hr, cell_cons_zero _ hs] at h0
      simp only [Nat.mul_add_div (Nat.two_pow_pos _), Nat.div_eq_of_lt hr, Nat.div_eq_of_lt hs, Nat.add_zero] at *
      have e : 2 ^ (b + 1) * q + r - (2 ^ (b + 1) * p + s) = 2 ^ (b + 1) * (q - p) + (r - s) := by
        have := Nat.mul_le_mul_left (2 ^ (b + 1)) hle
        rw [Nat.mul_sub]; omega
      rw [e, Nat.mul_add_div (Nat.two_pow_pos _), Nat.div_eq_of_lt (by omega), Nat.add_zero]
      exact this
  have := hd i
  omega

/-- Lanes are multiplied one by one, if none overflows. -/
theorem cell_mul_lanes {b c x : Nat} (h : ∀ i, c * cell b x i < 2 ^ (b + 1)) (i : Nat) :
    cell b (c * x) i = c * cell b x i := by
  induction i generalizing x with
  | zero =>
    have := h 0
    simp only [cell_zero] at *
    exact (Nat.mul_mod_mod _ _ _).symm.trans (Nat.mod_eq_of_lt this)
  | succ i ih =>
    have h0 := h 0
    obtain ⟨q, r, rfl, hr⟩ := split b x
    rw [cell_cons_zero _ hr] at h0
    have e : c * (2 ^ (b + 1) * q + r) = 2 ^ (b + 1) * (c * q) + c * r := by
      rw [Nat.mul_add, Nat.mul_left_comm]
    rw [e, cell_cons_succ _ _ h0, cell_cons_succ _ _ hr]
    apply ih
    intro j
    have := h (j + 1)
    rwa [cell_cons_succ _ _ hr] at this

theorem cell_and (b x y i : Nat) : cell b (x &&& y) i = cell b x i &&& cell b y i := by
  simp only [cell, Nat.shiftRight_and_distrib, Nat.and_mod_two_pow]

theorem cell_of_lt {b n x i : Nat} (h : x < 2 ^ ((b + 1) * n)) (hi : n ≤ i) : cell b x i = 0 := by
  have : x < 2 ^ ((b + 1) * i) :=
    Nat.lt_of_lt_of_le h (Nat.pow_le_pow_right (by omega) (Nat.mul_le_mul_left _ hi))
  rw [cell, Nat.shiftRight_eq_div_pow, Nat.div_eq_of_lt this, Nat.zero_mod]

theorem cell_shift (b x s i : Nat) : cell b (x >>> ((b + 1) * s)) i = cell b x (i + s) := by
  rw [cell, cell, ← Nat.shiftRight_add, ← Nat.mul_add, Nat.add_comm s]

end Lanes

end PCM
